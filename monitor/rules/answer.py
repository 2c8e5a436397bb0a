"""The brand's own answer under a post: how it is kept, and what it makes of a mention."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors import OwnerReply
from monitor.models import SYSTEM, Mention, Reason, Status

SKEW = timedelta(minutes=2)
"""How far a platform's clock may be from ours."""
IN_POST = "in_post"
"""Mark of an answer that the platform shows within the post: only of such a one can
we tell that it vanished."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a post we know brought: new values, and the event that says so.

    A quiet one changes what we keep and tells nobody: no event, no card. `was` keeps
    what an edit overwrites: stars and feeling.
    """

    values: dict[str, Any]
    what: str
    old: str
    new: str
    reason: str
    is_quiet: bool = False
    was: dict[str, Any] | None = None


def kept(reply: OwnerReply, *, in_post: bool = False) -> dict[str, Any]:
    """Return an answer as a mention keeps it."""
    mark = {IN_POST: True} if in_post else {}
    return {
        "id": reply.id,
        "text": reply.text,
        "posted_at": reply.posted_at.isoformat(),
        "author": reply.author,
        "url": reply.url,
    } | mark


def is_in_post(answer: Mapping[str, Any] | None) -> bool:
    return bool(answer and answer.get(IN_POST))


def is_known(answer: Mapping[str, Any] | None, reply: OwnerReply) -> bool:
    """Say whether we keep this answer already: by its id, or else by its words.

    Not every platform names its answers, and some show our own words changed
    (shortened links). One that was written anew since is a new answer.
    """
    if not answer:
        return False
    is_same = str(answer["text"]).split() == reply.text.split()
    if not (answer["id"] and reply.id):
        return is_same
    if answer["id"] != reply.id:
        return False
    return is_same or reply.posted_at <= _posted_at(answer) + SKEW


def answers(reply: OwnerReply, edited_at: datetime | None) -> bool:
    """Say whether an answer is to the words as they are, not to those before an edit."""
    return edited_at is None or edited_at <= reply.posted_at


def words(reply: OwnerReply, platform: str) -> str:
    return f"answered by {reply.author or 'the brand'} on {platform}"


def noticed(
    row: Mention,
    reply: OwnerReply,
    now: datetime,
    *,
    in_post: bool = False,
    is_ours: bool = False,
) -> Update | None:
    """Decide what an answer of the brand makes of a mention; None: nothing.

    It closes an open mention, unless we knew it before: whoever opened that mention
    again knew it too. `is_ours` says that it was sent from here: no news either. A
    mention whose reply is on its way is left to the sender; a dismissal stands.
    """
    if row.status in (Status.SENDING, Status.GONE) or row.erased_at is not None:
        return None
    known = is_known(row.owner_reply, reply)
    older = bool(row.owner_reply and reply.posted_at < _posted_at(row.owner_reply))
    if older and not known and not in_post:
        return None
    in_post = in_post or (known and is_in_post(row.owner_reply))
    answer = kept(reply, in_post=in_post)
    is_news = not (known or older or is_ours)
    if row.status is Status.OPEN and is_news and answers(reply, row.edited_at):
        return _closed(row, reply, answer, now)
    if answer == row.owner_reply:
        return None
    is_second = row.status is Status.ANSWERED and is_news and not in_post
    return Update(
        values={"owner_reply": answer},
        what="answered",
        old=row.status.value,
        new=row.status.value,
        reason=f"also {words(reply, row.platform)}",
        is_quiet=not is_second,
    )


def _closed(
    row: Mention, reply: OwnerReply, answer: Mapping[str, Any], now: datetime
) -> Update:
    """Close a mention as answered natively; deadline and priority stay as they were."""
    note = words(reply, row.platform)
    return Update(
        values={
            "status": Status.ANSWERED,
            "reason": Reason.REPLIED_NATIVELY.value,
            "note": note,
            "answered_at": reply.posted_at,
            "answered_by": reply.author or "the brand",
            "closed_at": now,
            "closed_by": SYSTEM,
            "owner_reply": dict(answer),
            "recheck_at": None,
        },
        what="answered",
        old=row.status.value,
        new=Status.ANSWERED.value,
        reason=note,
    )


def _posted_at(answer: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(answer["posted_at"]))
