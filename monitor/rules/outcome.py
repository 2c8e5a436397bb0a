"""What becomes of a reply, and of its mention with it: both move together, told once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors import OwnerReply, Posted
from monitor.models import SYSTEM, Mention, Reason, ReplyRow, ReplyState, Status
from monitor.rules.reply import keep, read, same_words
from monitor.rules.text import fit, harmless, harmless_line


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a reply row and its mention go on, told by one event.

    `values` are the mention's, if it goes to `to` at all (see `moves`).
    """

    row: Mapping[str, Any]
    to: Status
    actor: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    notice: str = ""

    @property
    def is_sent(self) -> bool:
        return self.row.get("state") == ReplyState.SENT


def moves(mention: Mention, outcome: Outcome) -> bool:
    """Say whether the mention goes where the outcome says.

    What was closed meanwhile stays closed as it is, unless what closed it was our
    own reply: noticed on the platform before we knew that it is out.
    """
    if mention.status in (Status.OPEN, Status.SENDING):
        return True
    return _was_our_answer(mention, outcome.values)


def submitted(row: ReplyRow) -> Outcome:
    """A person wrote it: the mention is taken, or waits for a second person."""
    awaits = row.state == ReplyState.AWAITING
    said = "awaits approval" if awaits else "is submitted"
    return Outcome(
        row={},
        to=Status.OPEN if awaits else Status.SENDING,
        actor=row.author,
        reason=f"reply {row.id} by {row.author} {said}",
    )


def approved(row: ReplyRow, approver: str, text: str, now: datetime) -> Outcome:
    """A second person lets it go out, as it is or as they changed it."""
    changed = " with changes" if text != row.text else ""
    return Outcome(
        row={
            "state": ReplyState.QUEUED,
            "approver": approver,
            "text": text,
            "due_at": now,
        },
        to=Status.SENDING,
        actor=approver,
        reason=f"reply {row.id} by {row.author} is approved{changed}",
    )


def sent_back(row: ReplyRow, approver: str, why: str) -> Outcome:
    """A second person does not let it go out; the text stays as a draft."""
    return Outcome(
        row={
            "state": ReplyState.REFUSED,
            "approver": approver,
            "error": f"sent back by {approver}: {fit(why)}",
        },
        to=Status.OPEN,
        actor=approver,
        reason=f"reply {row.id} by {row.author} is sent back: {harmless_line(why)}",
    )


def withdrawn(row: ReplyRow, actor: str) -> Outcome:
    """A person takes it back before it is out."""
    return Outcome(
        row={"state": ReplyState.WITHDRAWN, "error": f"withdrawn by {actor}"},
        to=Status.OPEN,
        actor=actor,
        reason=f"reply {row.id} by {row.author} is withdrawn",
    )


def sent(row: ReplyRow, posted: Posted, platform: str, now: datetime) -> Outcome:
    """Our reply stands there: the person who wrote it has answered.

    The text kept is the one they typed; a platform may show it changed.
    """
    at = min(posted.posted_at or now, now)
    answer = OwnerReply(
        text=row.text, posted_at=at, id=posted.id, author=row.author, url=posted.url
    )
    approved = f", approved by {row.approver}" if row.approver else ""
    pending = ", pending review there" if posted.is_pending else ""
    return Outcome(
        row={
            "state": ReplyState.SENT,
            "sent_at": now,
            "ref": posted.id,
            "url": posted.url and fit(posted.url),
            "is_pending": posted.is_pending,
            "error": "",
        },
        to=Status.ANSWERED,
        actor=row.author,
        reason=f"reply {row.id} is out on {platform}{approved}{pending}",
        values=_answered(row.author, answer, now)
        | {"reason": Reason.REPLIED.value, "note": "", "closed_by": row.author},
    )


def refused(row: ReplyRow, why: str, notice: str = "") -> Outcome:
    """It will not be sent. The mention is open again, due when it was before."""
    return Outcome(
        row={"state": ReplyState.REFUSED, "error": fit(why)},
        to=Status.OPEN,
        actor=SYSTEM,
        reason=f"the reply by {row.author} was not sent: {harmless_line(why)}",
        notice=notice,
    )


def left_unclear(row: ReplyRow, why: str, url: str) -> Outcome:
    """Nobody could find out whether it is out: a person looks before a second try."""
    told = f"whether it is out could not be found out ({harmless_line(why)})"
    return Outcome(
        row={
            "state": ReplyState.REFUSED,
            "error": fit(f"{told}; look at the post before you send it again"),
        },
        to=Status.OPEN,
        actor=SYSTEM,
        reason=f"the reply by {row.author} is left to a person: {told}",
        notice=f"reply {row.id} by {row.author}: {told}; look at {url}, and close the "
        "mention or answer it again",
    )


def answered_natively(
    row: ReplyRow, reply: OwnerReply, platform: str, now: datetime
) -> Outcome:
    """A colleague answered there first: ours is not sent, theirs is shown."""
    who = harmless_line(reply.author or "the brand")
    note = f"answered by {who} on {platform}"
    return Outcome(
        row={
            "state": ReplyState.REFUSED,
            "error": f"{who} answered on {platform} meanwhile: {harmless(reply.text)}",
        },
        to=Status.ANSWERED,
        actor=SYSTEM,
        reason=f"{note}; the reply by {row.author} was not sent",
        values=_answered(who, reply, now)
        | {
            "reason": Reason.REPLIED_NATIVELY.value,
            "note": note,
            "closed_by": SYSTEM,
        },
    )


def gone(row: ReplyRow, why: str, now: datetime) -> Outcome:
    """There is nothing left to answer."""
    return Outcome(
        row={"state": ReplyState.REFUSED, "error": fit(why)},
        to=Status.GONE,
        actor=SYSTEM,
        reason=f"the reply by {row.author} was not sent: {harmless_line(why)}",
        values={
            "reason": Reason.GONE.value,
            "note": harmless_line(why),
            "closed_at": now,
            "closed_by": SYSTEM,
            "recheck_at": None,  # which erases it, if it is deleted and not locked
        },
    )


def by_hand(actor: str, url: str | None, now: datetime) -> Outcome:
    """A person says that they answered it on the platform."""
    answer = OwnerReply(text="", posted_at=now, author=actor, url=url)
    return Outcome(
        row={},
        to=Status.ANSWERED,
        actor=actor,
        reason="; ".join(filter(None, ("answered by hand", url))),
        values=_answered(actor, answer, now)
        | {
            "reason": Reason.REPLIED_BY_HAND.value,
            "note": url or "",
            "closed_by": actor,
        },
    )


def _was_our_answer(mention: Mention, values: Mapping[str, Any]) -> bool:
    native = (Status.ANSWERED, Reason.REPLIED_NATIVELY.value)
    noticed, ours = read(mention.owner_reply), read(values.get("owner_reply"))
    if (mention.status, mention.reason) != native or not (noticed and ours):
        return False
    by_id = noticed.id is not None and noticed.id == ours.id
    return by_id or same_words(noticed.text, ours.text)


def _answered(who: str, reply: OwnerReply, now: datetime) -> dict[str, Any]:
    return {
        "answered_at": reply.posted_at,
        "answered_by": who,
        "owner_reply": keep(reply),
        "closed_at": now,
    }
