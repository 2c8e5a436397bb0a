"""Reply: write, pick a saved reply, submit; or say that one replied there."""

from datetime import timedelta

from connectors import Length
from monitor.config import Approval
from monitor.models import Mention, OpenModal, ReplyRow, ReplyState, Status
from monitor.rules.declined import Declined
from monitor.rules.press import approval
from monitor.rules.saved import filled, fitting, placed
from monitor.rules.work import NotOpen
from monitor.slack.desk import Desk
from monitor.slack.handlers.base import About, Done, Wrong, instead
from monitor.slack.inputs import Form, Press, meta, typed
from monitor.slack.layout import Block
from monitor.slack.modals import reply as modals
from monitor.slack.people import Who
from monitor.store import Exchange, UnderWay

HISTORY = 4
"""Earlier mentions of the author that are looked up; this one may be among them."""
LOOKING = timedelta(hours=1)
"""A window that is open for longer was forgotten."""


def fill(desk: Desk, press: Press, who: Who, view_id: str) -> Block:
    """Return the modal to write in, or where to answer by hand.

    Raises:
        Declined: the mention is closed, or a reply is under way.
    """
    about = About.of(desk, press)
    mention = about.mention
    newest = _newest(desk, mention)
    if newest and newest.state in (
        ReplyState.AWAITING,
        ReplyState.QUEUED,
        ReplyState.SENDING,
    ):
        raise UnderWay(mention, newest)
    can = desk.replies.can_reply(mention)
    if not can.ok:
        if mention.status is not Status.OPEN:
            raise NotOpen(mention)
        return modals.by_hand(mention, about.brand, can, about.meta)
    failed = newest if newest and newest.state == ReplyState.REFUSED else None
    return modals.write(
        modals.Draft(
            mention=mention,
            brand=about.brand,
            meta=about.meta,
            text=failed.text if failed else "",
            length=desk.replies.measure(mention, "?"),
            history=_earlier(desk, mention),
            others=_open_with(desk, mention, who, view_id),
            saved=fitting(desk.settings.saved_replies, mention),
            approval=_approval(desk, mention, who),
            failed=failed,
        )
    )


def by_hand(desk: Desk, press: Press, who: Who, view_id: str) -> Block:  # noqa: ARG001 - as every modal
    """Return the modal of "I replied there", whatever the platform allows.

    Raises:
        Declined: the mention is closed.
    """
    about = About.of(desk, press)
    if about.mention.status is not Status.OPEN:
        raise NotOpen(about.mention)
    can = desk.replies.can_reply(about.mention)
    return modals.by_hand(about.mention, about.brand, can, about.meta)


def pick(desk: Desk, press: Press, who: Who) -> Block:
    """Return the open modal with a saved reply in its text.

    Raises:
        Declined: the saved reply is not in config.yaml any more.
    """
    mention = desk.mention(press.number)
    offered = fitting(desk.settings.saved_replies, mention)
    number = int(press.choice) if press.choice.isdigit() else len(offered)
    if number >= len(offered):
        raise Declined("that saved reply is not there any more")
    known = [filled(one, mention, who.name) for one in offered]
    values, _ = typed(press.view)
    text = placed(values.get(modals.TEXT, ""), known[number], known)
    view = {
        name: press.view[name]
        for name in (
            "type", "callback_id", "title", "close", "submit", "private_metadata",
            "notify_on_close",
        )
        if name in press.view
    }  # fmt: skip
    return view | {"blocks": modals.filled(dict(press.view), text)}


def submit(desk: Desk, form: Form, who: Who) -> Done:
    """Take the reply; it is sent by the scheduler's tick, not from here.

    Raises:
        Declined: what keeps it from going out; the draft stays in the modal.
    """
    mention = desk.mention(form.number)
    text = form.words(modals.TEXT)
    _check_length(desk.replies.measure(mention, text), text)
    rule = _approval(desk, mention, who)
    try:
        row = desk.replies.submit(
            form.number, text, who.name, needs_approval=rule is not None
        )
    except UnderWay as e:
        # Slack may hand the same submission over twice.
        if (e.reply.author, e.reply.text) != (who.name, text):
            raise
        row = e.reply
    except ValueError as e:
        raise Wrong(modals.TEXT, str(e)) from e
    window = meta(form.number, form.place)
    shown = modals.on_its_way(row, window, rule.by if rule else "")
    return instead(shown, lambda: desk.store.slack.closed(form.view_id))


def submit_by_hand(desk: Desk, form: Form, who: Who) -> Done:
    """Mark a mention as answered on the platform itself.

    Raises:
        Declined: the link is none, or the mention is closed.
    """
    try:
        desk.replies.answered_elsewhere(
            form.number, who.name, form.value(modals.LINK) or None
        )
    except ValueError as e:
        raise Wrong(modals.LINK, str(e)) from e
    return Done()


def _check_length(length: Length | None, text: str) -> None:
    if not text:
        raise Wrong(modals.TEXT, "write something first")
    if length and not length.fits:
        raise Wrong(
            modals.TEXT,
            f"that is {length.used:,} {length.unit} and {length.limit:,} are allowed; "
            f"shorten it by {length.used - length.limit:,}",
        )


def _newest(desk: Desk, mention: Mention) -> ReplyRow | None:
    return next(iter(desk.store.replies.of(mention.id or 0)), None)


def _earlier(desk: Desk, mention: Mention) -> list[Exchange]:
    found = desk.replies.history(mention.author, mention.platform, HISTORY)
    return [one for one in found if one.mention.id != mention.id][: HISTORY - 1]


def _open_with(desk: Desk, mention: Mention, who: Who, view_id: str) -> list[OpenModal]:
    now = desk.now()
    mine = OpenModal(
        view_id=view_id,
        mention_id=mention.id or 0,
        user_id=who.user_id,
        name=who.name,
        opened_at=now,
    )
    others = desk.store.slack.opened(mine)
    return [one for one in others if one.opened_at > now - LOOKING]


def _approval(desk: Desk, mention: Mention, who: Who) -> Approval | None:
    return approval(
        desk.settings.approvals,
        mention.brand,
        mention.priority,
        # Of whom Slack tells no address, we do not know that they are none.
        junior=who.is_junior or not who.email,
    )
