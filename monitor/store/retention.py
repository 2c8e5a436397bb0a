"""Erasing strangers' words when their time is over. Counts stay."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import case, delete, update
from sqlmodel import Session, col, select

from monitor.models import (
    SYSTEM,
    Event,
    Mention,
    OwnReplyRow,
    ReplyRow,
    ReplyState,
    SetAsideRow,
    SourceHour,
    Unmatched,
)
from monitor.rules.recheck import NEVER
from monitor.store.database import Database

ERASED = "[erased]"
ERASURE: Mapping[str, Any] = {
    "text": ERASED, "author": ERASED, "author_id": None, "author_name": None,
    "author_url": None, "followers": None, "url": "", "ref": {}, "hits": [],
    "text_hash": "", "owner_reply": None,
}  # fmt: skip
"""What a mention says of a stranger, gone. Our own answer may name them, so it goes."""
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


def erase_replies(
    session: Session, mention_ids: Sequence[int | None], why: str
) -> None:
    """Erase the words of what was written to these mentions; who and when stay.

    A reply that still awaits approval is withdrawn: there is nothing to answer.
    """
    theirs = col(ReplyRow.mention_id).in_(mention_ids)
    awaiting = col(ReplyRow.state) == ReplyState.AWAITING
    on_its_way = col(ReplyRow.state).in_((ReplyState.QUEUED, ReplyState.SENDING))
    gone = {"text": ERASED, "seen": None, "url": None}
    session.execute(
        update(ReplyRow)
        .where(theirs, ~awaiting, ~on_its_way)
        .values(**gone, error=case((col(ReplyRow.error) != "", ERASED), else_=""))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(ReplyRow)
        .where(theirs, awaiting)
        .values(**gone, state=ReplyState.WITHDRAWN, error=why)
        .execution_options(synchronize_session=False)
    )


def forget_unmatched(database: Database, seen_before: datetime) -> int:
    """Delete posts that named no brand and were seen before then."""
    with database.write() as session:
        done = session.execute(
            delete(Unmatched).where(col(Unmatched.seen_at) < seen_before)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]


def forget_records(
    database: Database, own: datetime, hours: datetime, aside: datetime
) -> None:
    """Delete the brand's own answers seen before `own`, the hourly counts of before
    `hours`, and what was set aside before `aside`. Its counts stay."""
    hour = f"{hours.astimezone(UTC):%Y-%m-%dT%H}"
    with database.write() as session:
        for old in (
            delete(OwnReplyRow).where(col(OwnReplyRow.seen_at) < own),
            delete(SourceHour).where(col(SourceHour.hour) < hour),
            delete(SetAsideRow).where(col(SetAsideRow.at) < aside),
        ):
            session.execute(old)


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
                **ERASURE,
                note="",
                erased_at=now,
                recheck_at=NEVER,
                rev=col(Mention.rev) + 1,
            )
        )
        erase_replies(session, ids, "retention time over")
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
