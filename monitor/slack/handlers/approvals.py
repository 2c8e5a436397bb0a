"""A second person decides on a draft: Approve, Edit, Send back."""

from collections.abc import Callable

from monitor.models import Mention, ReplyRow, ReplyState
from monitor.rules.declined import Declined
from monitor.rules.press import decides, emails
from monitor.slack import layout
from monitor.slack.desk import Desk
from monitor.slack.handlers.base import Done, Wrong
from monitor.slack.inputs import Form, Place, Press, meta
from monitor.slack.layout import Block
from monitor.slack.modals import hand as modals
from monitor.slack.people import Who
from monitor.store import Settled


def approve(desk: Desk, press: Press, who: Who) -> str:
    """Let a draft go out as it is.

    Raises:
        Declined: they may not decide on it, or it is decided already.
    """
    draft, _ = _asked(desk, press.number, who)
    done = desk.replies.approve(press.number, who.name)
    _redraw(desk, press.place, who, f"approved the reply by {draft.author}", done)
    return ""


def fill_edit(desk: Desk, press: Press, who: Who, view_id: str) -> Block:  # noqa: ARG001 - as every modal
    draft, mention = _asked(desk, press.number, who)
    length = desk.replies.measure(mention, draft.text)
    hint = f"Up to {length.limit:,} {length.unit}." if length else ""
    window = meta(mention.id or 0, press.place, press.number)
    brand = desk.config.brand(mention.brand)
    return modals.edit(mention, brand, draft, hint, window)


def fill_send_back(desk: Desk, press: Press, who: Who, view_id: str) -> Block:  # noqa: ARG001 - as every modal
    draft, mention = _asked(desk, press.number, who)
    return modals.send_back(draft, meta(mention.id or 0, press.place, press.number))


def submit_edit(desk: Desk, form: Form, who: Who) -> Done:
    """Let a draft go out as the second person changed it.

    Raises:
        Declined: what the platform does not take, or somebody decided already.
    """
    draft, mention = _asked(desk, form.draft, who)
    text = form.words(modals.TEXT)
    length = desk.replies.measure(mention, text)
    if not text or (length and not length.fits):
        limit = f"at most {length.limit:,} {length.unit}" if length else "some words"
        raise Wrong(modals.TEXT, f"write {limit}")
    try:
        done = desk.replies.approve(form.draft, who.name, text)
    except ValueError as e:
        raise Wrong(modals.TEXT, str(e)) from e
    words = f"approved the reply by {draft.author}"
    if text != draft.text:
        words += ", with changes"
    return Done(after=_later(desk, form.place, who, words, done))


def submit_send_back(desk: Desk, form: Form, who: Who) -> Done:
    """Give a draft back to its author, with what should change.

    Raises:
        Declined: no reason is given, or somebody decided already.
    """
    draft, _ = _asked(desk, form.draft, who)
    reason = form.value(modals.REASON).strip()
    try:
        done = desk.replies.send_back(form.draft, who.name, reason)
    except ValueError as e:
        raise Wrong(modals.REASON, str(e)) from e
    words = f"sent the reply by {draft.author} back: {reason}"
    return Done(after=_later(desk, form.place, who, words, done))


def _asked(desk: Desk, reply_id: int, who: Who) -> tuple[ReplyRow, Mention]:
    """Return the draft that somebody may decide on.

    Raises:
        Declined: they may not, or there is nothing to decide any more.
    """
    draft = desk.reply(reply_id)
    mention = desk.mention(draft.mention_id)
    if draft.state != ReplyState.AWAITING:
        raise Settled(draft)
    if draft.author == who.name:
        raise Declined("you wrote it; somebody else must decide on it")
    rule = decides(desk.settings.approvals, mention.brand, mention.priority)
    if rule is None and who.is_junior:
        raise Declined("somebody who is no junior must decide on it")
    if rule and not _is_one_of(desk, rule.by, who):
        raise Declined(f"{rule.by} must decide on it")
    return draft, mention


def _is_one_of(desk: Desk, name: str, who: Who) -> bool:
    if who.email and who.email in emails(desk.settings, name):
        return True
    return who.user_id in desk.people.members_of(name)


def _redraw(desk: Desk, place: Place, who: Who, words: str, reply: ReplyRow) -> None:
    """Take the buttons off the draft: it is decided."""
    message = layout.decided(who.name, words, reply.text)
    desk.redraw(place, message.text, message.blocks)


def _later(
    desk: Desk, place: Place, who: Who, words: str, reply: ReplyRow
) -> Callable[[], object]:
    return lambda: _redraw(desk, place, who, words, reply)
