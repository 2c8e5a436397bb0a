"""The ledger, as people read it."""

from rich.console import Console

from monitor.cli.common import say, table
from monitor.models import Status
from monitor.rules.text import harmless_line
from monitor.store import Ledger

WORDS = {
    Status.OPEN: "open: somebody owes an answer",
    Status.SENDING: "reply on its way",
    Status.ANSWERED: "answered",
    Status.DISMISSED: "no reply needed, says a person",
    Status.GONE: "gone from the platform",
    Status.NOT_OURS: "not ours",
}


def draw_ledger(console: Console, ledger: Ledger) -> None:
    """Print every end state, what came in, and whether it adds up."""
    shown = table("Mentions", ("brand", "state", "reason", "mentions"), ("mentions",))
    for line in ledger.lines:
        shown.add_row(line.brand, WORDS[line.status], line.reason, f"{line.count:,}")
    shown.add_section()
    shown.add_row("", "", "in all", f"{ledger.total:,}", style="bold")
    console.print(shown)
    console.print()
    numbers = ("seen", "new", "known", "no brand", "set aside", "mentions")
    came = table("Posts that came in", ("source", *numbers), numbers)
    for one in ledger.intake:
        ends = (
            one.seen,
            one.new,
            one.known,
            one.unmatched,
            one.set_aside,
            one.mentions,
        )
        came.add_row(harmless_line(one.source), *(f"{n:,}" for n in ends))
    console.print(came)
    console.print()
    alerts = ", ".join(f"{n:,} {state}" for state, n in ledger.alerts.items() if n)
    say(console, f"Alerts: {alerts or 'none'}")
    if ledger.adds_up:
        say(console, "It adds up: every mention is accounted for.", "bold green")
    for problem in ledger.problems:
        say(console, f"It does not add up: {problem}", "bold red")
