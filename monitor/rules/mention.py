"""A decided post as the row we keep, and what an edit makes of that row."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors import OwnerReply
from monitor.models import SYSTEM, Mention, Status
from monitor.rules.answer import Update, is_in_post, is_known, kept, noticed
from monitor.rules.decide import Candidate, Decision, decide
from monitor.rules.status import CLOSED, may_move
from monitor.rules.text import content_hash, text_hash
from monitor.rules.worse import Said, got_worse, shift

EDITED = "edited by the author"
UNANSWERED = "the brand's answer was deleted there"
MOST_HITS = 50
"""Places kept for highlighting; a text may repeat a keyword thousands of times."""


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
        owner_reply=_kept(one),
        **_outcome(one, decision, now),
    )


def known_again(one: Candidate, row: Mention, now: datetime) -> Update | None:
    """Decide what a post we already have brings: an edit, an answer of the brand's,
    the end of one, or nothing. What is gone stays gone, and its words erased."""
    if row.status is Status.GONE:
        return None
    if content_hash(one.post) != row.content_hash:
        return _edited(one, row, now)
    if one.post.owner_reply:
        return noticed(row, one.post.owner_reply, now, in_post=True)
    return _unanswered(one, row, now)


def _edited(one: Candidate, row: Mention, now: datetime) -> Update:
    """Show an edited post anew.

    A person's dismissal stands, and so does a reply on its way. An open mention
    keeps the earlier of its deadlines: an edit buys nobody time.
    """
    seen = one.answer and (
        is_known(row.owner_reply, one.answer) or _is_old_news(one.answer, row)
    )
    fresh = _without_answer(one) if seen else one
    decision = decide(fresh, now)
    change = shift(_before(row), _after(one))
    why_open = _reopens(one, row) if row.status is Status.ANSWERED else ""
    status, values = row.status, _refreshed(one, row, decision)
    if _follows(row.status, decision.status, why_open):
        status = decision.status
        values |= _outcome(fresh, decision, now)
        if row.status is Status.OPEN:
            values["due_at"] = _earlier(row.due_at, decision.due_at)
        elif status is Status.OPEN:
            values |= {"why": [*filter(None, [why_open]), *decision.why]}
        if status is Status.OPEN and _oversleeps(row, values["due_at"]):
            values["snoozed_until"] = None
    note = decision.note if status is not row.status else ""
    return Update(
        values=values,
        what="edited",
        old=row.status.value,
        new=status.value,
        reason=note or ": ".join(filter(None, (EDITED, why_open or change.words))),
        was={"rating": row.rating, "label": (row.corrected or row.sentiment).value},
    )


def _oversleeps(row: Mention, due_at: datetime | None) -> bool:
    """Say whether a snooze would now end only after the deadline."""
    until = row.snoozed_until
    return until is not None and due_at is not None and until >= due_at


def _refreshed(one: Candidate, row: Mention, decision: Decision) -> dict[str, Any]:
    """Return what an edit changes whatever else comes of it."""
    values = _content(one) | {
        "priority": decision.priority,
        "why": list(decision.why),
        "erased_at": None,
        "recheck_at": None,
    }
    if one.answer and row.status is not Status.SENDING:
        values["owner_reply"] = _kept(one)
    return values


def _follows(old: Status, new: Status, why_open: str) -> bool:
    """Say whether an edited post is decided anew. An answered one opens again only
    for a reason: what our answer settled needs no second one."""
    if old in (Status.DISMISSED, Status.SENDING):
        return False
    if (old, new) == (Status.ANSWERED, Status.OPEN):
        return bool(why_open)
    return old is new or may_move(old, new)


def _reopens(one: Candidate, row: Mention) -> str:
    if is_in_post(row.owner_reply) and one.post.owner_reply is None:
        return UNANSWERED
    return got_worse(_before(row), _after(one))


def _unanswered(one: Candidate, row: Mention, now: datetime) -> Update | None:
    """Open a mention again whose answer is no longer there: nobody has answered."""
    if not is_in_post(row.owner_reply) or row.erased_at or row.status is Status.SENDING:
        return None
    values: dict[str, Any] = {"owner_reply": None}
    status = row.status
    decision = decide(replace(one, known=replace(one.known, noticed=None)), now)
    if (row.status, decision.status) == (Status.ANSWERED, Status.OPEN):
        status = Status.OPEN
        values |= _outcome(one, decision, now)
        values |= {"why": [UNANSWERED, *decision.why], "recheck_at": None}
    return Update(
        values=values,
        what="unanswered",
        old=row.status.value,
        new=status.value,
        reason=UNANSWERED,
        is_quiet=status is row.status,
    )


def _before(row: Mention) -> Said:
    sure = row.sentiment if row.sure else None
    text = "" if row.erased_at else row.text
    return Said(text, row.rating, row.corrected or sure)


def _after(one: Candidate) -> Said:
    sure = one.sentiment.label if one.sentiment.sure else None
    return Said(one.post.text, one.post.rating, sure)


def _without_answer(one: Candidate) -> Candidate:
    return replace(
        one,
        post=replace(one.post, owner_reply=None),
        known=replace(one.known, noticed=None),
    )


def _kept(one: Candidate) -> dict[str, Any] | None:
    in_post = one.post.owner_reply is not None
    return kept(one.answer, in_post=in_post) if one.answer else None


def _is_old_news(reply: OwnerReply, row: Mention) -> bool:
    """Say whether we saw this answer before the edit, so that it answers old words.

    Not every platform tells when a post was edited; what we saw before, we know.
    """
    return bool(row.answered_at and reply.posted_at <= row.answered_at)


def _earlier(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time), default=None)


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
    answered = one.answer if decision.status is Status.ANSWERED else None
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
