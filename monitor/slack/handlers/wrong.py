"""Not about us: show which keyword caught it, then put it away."""

from monitor.models import Mention, Reason, Status
from monitor.rules.text import fit, harmless_line
from monitor.rules.work import NotOpen
from monitor.slack.desk import Desk
from monitor.slack.handlers.base import About, Done
from monitor.slack.inputs import Form, Press
from monitor.slack.layout import Block
from monitor.slack.modals import close as modals
from monitor.slack.people import Who
from monitor.store import Move

NOT_ABOUT_US = Reason.NOT_ABOUT_US.value


def fill(desk: Desk, press: Press, who: Who, view_id: str) -> Block:  # noqa: ARG001 - as every modal
    about = About.of(desk, press)
    if about.mention.status is not Status.OPEN:
        raise NotOpen(about.mention)
    words = (
        f"{caught(about.mention)} If this happens often, exclude a word in config.yaml."
    )
    return modals.wrong(about.mention, about.brand, words, about.meta)


def submit(desk: Desk, form: Form, who: Who) -> Done:
    """Put it away, noting what caught it, so that keywords can be pruned.

    Raises:
        Declined: the mention is closed already.
    """
    mention = desk.mention(form.number)
    why = harmless_line(fit(form.value(modals.WHY)))
    note = "; ".join(filter(None, (f"says {who.name}", why, _keywords(mention))))
    wanted = Move(Status.NOT_OURS, who.name, NOT_ABOUT_US, note)
    desk.store.move(form.number, Status.OPEN, wanted, desk.now())
    return Done()


def caught(mention: Mention) -> str:
    """Say in a sentence what brought a mention here."""
    if words := _keywords(mention):
        return f"Caught for {mention.brand} by {words}."
    return f"Every post of {mention.source} counts as about {mention.brand}."


def _keywords(mention: Mention) -> str:
    words = dict.fromkeys(harmless_line(str(hit[0])) for hit in mention.hits)
    if not words:
        return ""
    shown = ", ".join(f'"{word}"' for word in list(words)[:5])
    return f"keyword {shown}" if len(words) == 1 else f"keywords {shown}"
