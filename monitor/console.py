"""Cards and notices on a terminal, for trying everything without Slack.

A console cannot be asked what it has shown. A card that was being printed when the
process was killed is therefore printed again; Slack looks it up instead.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from connectors import Refused, Unavailable
from monitor.cards import Card
from monitor.config import Priority
from monitor.models import ReminderKind, Status
from monitor.rules.reminders import Word
from monitor.rules.text import harmless, harmless_line
from sentiment import Label

EDGE = {
    Priority.URGENT: "bold red",
    Priority.HIGH: "red",
    Priority.NORMAL: "yellow",
    Priority.LOW: "green",
}
TONE = {Label.NEGATIVE: "red", Label.NEUTRAL: "white", Label.POSITIVE: "green"}
DUE = {
    ReminderKind.NEARING: "most of the time for a reply is gone",
    ReminderKind.SOON: "the reply is nearly due",
    ReminderKind.MISSED: "the deadline is missed",
    ReminderKind.ESCALATED: "still no reply",
}
LONGEST = 600
"""Characters of a post that a card shows on a terminal."""


class ConsoleSender:
    """Prints what the outbox owes. It fails where nobody reads it any more."""

    settle = timedelta(0)
    remind_together = 10

    def __init__(self, console: Console) -> None:
        self._console = console

    def alert(self, card: Card, post_key: str) -> str:
        self._print(draw(card))
        return post_key

    def update(self, card: Card, alert_ref: str, post_key: str) -> str:
        line = Text("  ↻ ", style="dim")
        line.append(f"{card.headline} about {card.brand}: now {card.state}")
        self._print(line)
        return f"{alert_ref}/{post_key}"

    def notice(self, text: str, post_key: str) -> str:
        words = Text(f"  ! {harmless(text)}", "bold magenta")
        self._print(words)
        return post_key

    def digest(
        self,
        body: Mapping[str, Any],
        above: str | None,
        post_key: str,
    ) -> str:
        """Say what a digest says in a sentence, and where it lies; its thread is there."""
        if above is None:
            line = Text(f"  ▤ {harmless(str(body['text']))}", "bold cyan")
            line.append(f"\n    {harmless(str(body.get('html', '')))}", "cyan")
            self._print(line)
        return post_key

    def remind(self, words: Sequence[tuple[Word, Card]]) -> Callable[[str], str]:
        """Prepare a line about a deadline, or one about many; what returns prints it."""
        line = Text("  ⏰ ", "bold yellow")
        line.append(_reminder(*words[0]) if len(words) == 1 else _reminders(words))

        def say(post_key: str) -> str:
            self._print(line)
            return post_key

        return say

    def find(self, post_key: str, since: datetime) -> str | None:  # noqa: ARG002 - see the module's first lines
        return None

    def _print(self, what: RenderableType) -> None:
        """Print, or raise: what nobody could read must stay owed.

        Once its reader is gone, rich goes quiet and wants to end the program.
        """
        try:
            if not self._console.quiet:
                self._console.print(what, soft_wrap=isinstance(what, Text))
        except SystemExit:
            self._console.quiet = True
        except OSError as e:
            raise Unavailable(f"cards cannot be printed: {e.strerror}") from e
        if self._console.quiet:
            raise Refused("nobody reads the cards any more; start everyreply again")


def draw(card: Card) -> Panel:
    """Return a card as a rich panel. A stranger's text is never read as markup."""
    title = Text(f" {card.priority.upper()} ", style=f"reverse {EDGE[card.priority]}")
    title.append(f" {card.brand} ", style="bold")
    if card.mention_id:  # a dry run has none
        title.append(f"#{card.mention_id} ", style="dim")
    return Panel(
        Group(*_lines(card)),
        title=title,
        title_align="left",
        subtitle=_due(card),
        subtitle_align="right",
        border_style=EDGE[card.priority],
        box=box.ROUNDED,
        width=88,
    )


def _lines(card: Card) -> list[Text]:
    head = Text(card.headline, style="bold")
    if card.stars:
        head.append(f"  {card.stars}", style="yellow")
    if card.is_edited:
        head.append("  (edited)", style="dim")
    feeling = Text(f"{card.feeling} · {card.language}")
    if card.label:
        feeling.stylize(TONE[card.label])
    lines = [
        head,
        _quote(card),
        feeling,
        Text(f"Why: {'; '.join(card.why)} · matched {card.matched}", style="dim"),
        Text(f"{card.author} · {card.posted_at:%d %b %Y %H:%M} UTC", style="dim"),
    ]
    if card.status is not Status.OPEN:
        lines.append(Text(card.state, style="bold"))
    if card.url:
        lines.append(Text(card.url, style="dim", overflow="fold"))
    return lines


def _quote(card: Card) -> Text:
    if not card.text.strip():
        return Text("(no words, only stars)", style="italic dim")
    shown = Text(card.text)
    for start, end in card.highlights:
        shown.stylize("underline", start, end)
    if len(shown) > LONGEST:
        shown = shown[:LONGEST].append(" …", style="dim")
    return shown


def _reminder(word: Word, card: Card) -> str:
    who = ", ".join(map(harmless_line, word.calls or word.otherwise))
    words = f"#{card.mention_id} {card.headline} about {card.brand}: {DUE[word.kind]}"
    return f"{f'{who}: ' if who else ''}{words}, due {word.due_at:%d %b %H:%M} UTC"


def _reminders(words: Sequence[tuple[Word, Card]]) -> str:
    word, card = min(words, key=lambda one: one[0].due_at)
    return (
        f"{len(words)} mentions wait for a reply; the oldest is {_reminder(word, card)}"
    )


def _due(card: Card) -> Text | None:
    if card.due_at is None:
        return None
    return Text(f" reply due {card.due_at:%a %d %b %H:%M} UTC ", style="dim")
