"""Posts to look at again: which are due, when next, and what is gone from there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, or_, tuple_, update
from sqlmodel import Session, col, select

from monitor.models import SYSTEM, Mention, Status, Unmatched
from monitor.rules.recheck import NEVER, next_look
from monitor.rules.status import CLOSED
from monitor.rules.text import fit
from monitor.store.database import Database
from monitor.store.debts import Change, apply_change
from monitor.store.mentions import chunks
from monitor.store.retention import ERASURE, erase_replies

GONE = "gone"
PostKey = tuple[str, str]


class Rechecks:
    """Questions about posts to look at again, and what a look brings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, source: str, now: datetime, limit: int) -> Sequence[Mention]:
        """Return one mention for each of up to `limit` posts: open first, then young.

        A mention whose reply is on its way is left alone until that is settled. One
        that a reply found gone is looked at once more: what is deleted is erased, what
        is only locked is not.
        """
        query = (
            select(Mention)
            .where(
                Mention.source == source,
                or_(col(Mention.recheck_at).is_(None), col(Mention.recheck_at) <= now),
                col(Mention.status) != Status.SENDING,
                col(Mention.erased_at).is_(None),
            )
            .order_by(
                case((col(Mention.status) == Status.OPEN, 0), else_=1),
                col(Mention.posted_at).desc(),
                col(Mention.id),
            )
            .limit(limit * 2)  # a post that names two brands has two mentions
        )
        with self._database.read() as session:
            rows = session.exec(query).all()
        posts: dict[PostKey, Mention] = {}
        for row in rows:
            posts.setdefault((row.platform, row.post_id), row)
        return list(posts.values())[:limit]

    def plan(self, posts: Collection[PostKey], now: datetime) -> None:
        """Note when to look at each of these posts next."""
        with self._database.write() as session:
            for mention in _mentions(session, posts):
                at = next_look(mention.status, mention.posted_at, now)
                at = NEVER if mention.erased_at else at
                session.execute(
                    update(Mention)
                    .where(col(Mention.id) == mention.id)
                    .values(recheck_at=at)
                )

    def gone(self, posts: Mapping[PostKey, str], now: datetime) -> int:
        """Close the mentions of posts that are gone, erase them at once, tell the cards.

        `posts` says how each is gone, in words. Return how many mentions were closed.
        """
        with self._database.write() as session:
            closed = 0
            for mention in _mentions(session, posts):
                how = posts[mention.platform, mention.post_id]
                if mention.status is Status.SENDING or _is_settled(mention):
                    continue
                if apply_change(session, _gone(mention, how, now), now):
                    erase_replies(session, [mention.id], "the post is gone")
                    closed += 1
            key = tuple_(col(Unmatched.platform), col(Unmatched.post_id))
            for some in chunks(posts):
                session.execute(delete(Unmatched).where(key.in_(some)))
        return closed


def _is_settled(mention: Mention) -> bool:
    return mention.status is Status.GONE and mention.erased_at is not None


def _mentions(session: Session, posts: Collection[PostKey]) -> list[Mention]:
    key = tuple_(col(Mention.platform), col(Mention.post_id))
    found: list[Mention] = []
    for some in chunks(posts):
        query = select(Mention).where(key.in_(some)).order_by(col(Mention.id))
        found += session.exec(query.with_for_update()).all()
    return found


def _gone(mention: Mention, how: str, now: datetime) -> Change:
    return Change(
        mention_id=mention.id or 0,
        rev=mention.rev,
        values=_values(mention, how, now),
        what="gone",
        old=mention.status.value,
        new=Status.GONE.value,
        reason=fit(how),
        actor=SYSTEM,
    )


def _values(mention: Mention, how: str, now: datetime) -> dict[str, Any]:
    """What was closed keeps its reason: an own post is none of the people's voice, and
    an answer was given where it was given, also when the post is gone."""
    return {
        **ERASURE,
        "status": Status.GONE,
        "reason": mention.reason if mention.status in CLOSED else GONE,
        "note": fit(how),
        "erased_at": now,
        "closed_at": mention.closed_at or now,
        "closed_by": mention.closed_by or SYSTEM,
    }
