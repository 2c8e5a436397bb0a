"""Erasing strangers' words when their time is over. Counts stay."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select

from monitor.models import SYSTEM, Event, Mention, Unmatched
from monitor.store.database import Database

ERASED = "[erased]"
BATCH = 500


def erase(database: Database, closed_before: datetime, now: datetime) -> int:
    """Erase text, author and links of mentions closed before then.

    Open mentions keep theirs: somebody still has to read them. `content_hash` stays,
    or a platform that shows the post again would seem to show an edited one. Works in
    short transactions, so that nobody waits for the writer.
    """
    total = 0
    while count := _erase_some(database, closed_before, now):
        total += count
    return total


def forget_unmatched(database: Database, seen_before: datetime) -> int:
    """Delete posts that named no brand and were seen before then."""
    with database.write() as session:
        done = session.execute(
            delete(Unmatched).where(col(Unmatched.seen_at) < seen_before)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]


def _erase_some(database: Database, closed_before: datetime, now: datetime) -> int:
    with database.write() as session:
        due = select(Mention.id).where(
            col(Mention.erased_at).is_(None), col(Mention.closed_at) < closed_before
        )
        # Locked: a mention that is opened again meanwhile must keep its words.
        ids = session.exec(due.limit(BATCH).with_for_update()).all()
        if not ids:
            return 0
        session.execute(
            update(Mention)
            .where(col(Mention.id).in_(ids))
            .values(
                text=ERASED, author=ERASED, author_id=None, author_name=None,
                author_url=None, followers=None, url="", ref={}, hits=[], note="",
                text_hash="", erased_at=now, rev=col(Mention.rev) + 1,
            )
        )  # fmt: skip
        session.add_all(
            Event(
                mention_id=mention_id,
                at=now,
                actor=SYSTEM,
                what="erased",
                new="erased",
                reason="retention time over",
            )
            for mention_id in ids
            if mention_id is not None
        )
        return len(ids)
