"""No reply needed: a reason from the short list, or in one's own words."""

from monitor.models import Reason, Status
from monitor.rules.text import fit, harmless_line
from monitor.rules.work import NotOpen
from monitor.slack.desk import Desk
from monitor.slack.handlers.base import About, Done, Wrong
from monitor.slack.inputs import Form, Press
from monitor.slack.layout import Block
from monitor.slack.modals import close as modals
from monitor.slack.people import Who
from monitor.store import Move

DISMISSED = "no_reply_needed"


def fill(desk: Desk, press: Press, who: Who, view_id: str) -> Block:  # noqa: ARG001 - as every modal
    about = About.of(desk, press)
    if about.mention.status is not Status.OPEN:
        raise NotOpen(about.mention)
    reasons = desk.settings.dismissal_reasons
    return modals.dismiss(about.mention, about.brand, reasons, about.meta)


def submit(desk: Desk, form: Form, who: Who) -> Done:
    """Close the card with a named person's reason.

    Raises:
        Declined: no reason is given, or the mention is closed already.
    """
    words = _words(desk, form)
    # Copies of what a person called spam are recognised by this reason.
    is_spam = words.casefold().startswith("spam")
    reason = Reason.SPAM.value if is_spam else DISMISSED
    wanted = Move(Status.DISMISSED, who.name, reason, words)
    desk.store.move(form.number, Status.OPEN, wanted, desk.now())
    return Done()


def _words(desk: Desk, form: Form) -> str:
    reasons = desk.settings.dismissal_reasons
    chosen = form.value(modals.REASON)
    given = []
    if chosen.isdigit() and int(chosen) < len(reasons):
        given.append(reasons[int(chosen)])
    if own := harmless_line(fit(form.value(modals.OTHER))):
        given.append(own)
    if not given:
        raise Wrong(modals.OTHER, "choose a reason, or say one in your own words")
    return ": ".join(given)
