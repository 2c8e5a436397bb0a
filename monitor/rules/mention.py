"""A decided post as the row we keep, and what an edit makes of that row."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors import OwnerReply
from monitor.models import SYSTEM, Mention, Reason, Status
from monitor.rules.decide import Candidate, Decision, answered_natively, decide
from monitor.rules.status import CLOSED, may_move
from monitor.rules.text import content_hash, text_hash

MOST_HITS = 50
"""Places kept for highlighting; a text may repeat a keyword thousands of times."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a post we know brought: new values, and the event that says so."""

    values: dict[str, Any]
    what: str
    old: str
    new: str
    reason: str


def to_mention(
    one: Candidate, decision: Decision, source: str, now: datetime
) -> Mention:
    """Turn a decided candidate into the row we keep."""
    post = one.post
    return Mention(
        brand=one.brand.name,
        source=source,
        platform=post.platform,
        post_id=post.id,
        kind=post.kind,
        posted_at=post.posted_at,
        found_at=now,
        parent_id=post.parent_id,
        root_id=post.root_id,
        **_content(one),
        **_outcome(one, decision, now),
    )


def known_again(one: Candidate, row: Mention, now: datetime) -> Update | None:
    """Decide what a post we already have brings: an edit, a native answer, nothing."""
    if content_hash(one.post) != row.content_hash:
        return _edited(one, row, now)
    note = answered_natively(one.post)
    if note is None or row.status is not Status.OPEN:
        return None
    # What else is known of the author or the brand by now changes nothing here.
    native = Decision(
        Status.ANSWERED,
        Reason.REPLIED_NATIVELY,
        note,
        row.priority,
        tuple(row.why),
        row.due_at,
    )
    return Update(
        values=_outcome(one, native, now),
        what="answered",
        old=row.status.value,
        new=native.status.value,
        reason=note,
    )


def _edited(one: Candidate, row: Mention, now: datetime) -> Update:
    """Show an edited post anew. It opens again if it was answered, or now is ours.

    A person's dismissal stands, and so does a reply on its way. An open mention
    keeps the earlier of its deadlines: an edit buys nobody time.
    """
    if _is_old_news(one.post.owner_reply, row):
        one = replace(one, post=replace(one.post, owner_reply=None))
    decision = decide(one, now)
    values = _content(one) | {
        "priority": decision.priority,
        "why": list(decision.why),
        "erased_at": None,
    }
    status = row.status
    if _may_follow(row.status, decision.status):
        status = decision.status
        values |= _outcome(one, decision, now)
        if row.status is Status.OPEN:
            values["due_at"] = _earlier(row.due_at, decision.due_at)
    return Update(
        values=values,
        what="edited",
        old=row.status.value,
        new=status.value,
        reason=(status is not row.status and decision.note) or "edited by the author",
    )


def _is_old_news(reply: OwnerReply | None, row: Mention) -> bool:
    """Say whether we saw this answer before the edit, so that it answers old words.

    Not every platform tells when a post was edited; what we saw before, we know.
    """
    answered_at = row.answered_at
    return bool(reply and answered_at and reply.posted_at <= answered_at)


def _earlier(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time), default=None)


def _may_follow(old: Status, new: Status) -> bool:
    if old in (Status.DISMISSED, Status.SENDING, Status.GONE):
        return False
    return old is new or may_move(old, new)


def _content(one: Candidate) -> dict[str, Any]:
    """Return a stranger's words and name: all that retention may have erased."""
    post, author, mood = one.post, one.post.author, one.sentiment
    return {
        "url": post.url,
        "author": author.handle,
        "author_id": author.id,
        "author_name": author.name,
        "author_url": author.url,
        "followers": author.followers,
        "text": post.text,
        "text_hash": text_hash(post.text),
        "content_hash": content_hash(post),
        "language": one.language,
        "rating": post.rating,
        "edited_at": post.edited_at,
        "ref": dict(post.ref),
        "hits": [
            [hit.keyword, hit.start, hit.end] for hit in one.match.hits[:MOST_HITS]
        ],
        "sentiment": mood.label,
        "negative": mood.negative,
        "neutral": mood.neutral,
        "positive": mood.positive,
        "sure": mood.sure,
        "model": mood.model,
    }


def _outcome(one: Candidate, decision: Decision, now: datetime) -> dict[str, Any]:
    closed = decision.status in CLOSED
    reply = one.post.owner_reply
    answered = reply if decision.status is Status.ANSWERED else None
    return {
        "status": decision.status,
        "reason": decision.reason.value,
        "note": decision.note,
        "priority": decision.priority,
        "why": list(decision.why),
        "due_at": decision.due_at,
        "answered_at": answered.posted_at if answered else None,
        "answered_by": (answered.author or "the brand") if answered else None,
        "closed_at": now if closed else None,
        "closed_by": SYSTEM if closed else None,
    }
