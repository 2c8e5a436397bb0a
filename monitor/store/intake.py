"""What one poll brought, recorded whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, tuple_, update
from sqlalchemy.exc import (
    InternalError,
    OperationalError,
    StatementError,
)
from sqlmodel import Session, SQLModel, col

from connectors import Cursor, Gap, Post, SetAside
from monitor.models import (
    SYSTEM,
    Checkpoint,
    Event,
    GapRow,
    Mention,
    Outbox,
    OutboxKind,
    SetAsideRow,
    SourceDay,
    Status,
    Unmatched,
)
from monitor.rules.text import fit
from monitor.store.database import Database, insert_into
from monitor.store.debts import Change, add_event, owe_card, owe_notice
from monitor.store.mentions import Key, chunks

POISON = (StatementError, ValueError, OverflowError, TypeError)
"""What a database or its driver says of a value that it does not take."""
OUTAGE = (OperationalError, InternalError)
"""What it says when it cannot work at all: nobody's post is to blame."""


class Outrun(Exception):
    """The source was polled, or a mention changed, meanwhile: this batch is void."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One batch, decided: all that `record` keeps in one transaction.

    `version` is the checkpoint's version before the poll; `seen` counts everything
    the batch brought, bad rows included; `known` the posts that are no news.
    """

    source: str
    version: int
    cursor: Cursor
    now: datetime
    next_poll_at: datetime
    seen: int = 0
    new: Sequence[Mention] = ()
    known: int = 0
    changes: Sequence[Change] = ()
    unmatched: Sequence[Post] = ()
    set_aside: Sequence[SetAside] = ()
    gaps: Sequence[Gap] = ()


@dataclass(slots=True)
class Recorded:
    """How the posts of a batch ended; the four numbers add up to `seen`.

    `recovered` counts batches that ended a series of failures.
    """

    seen: int = 0
    new: int = 0
    known: int = 0
    unmatched: int = 0
    set_aside: int = 0
    mentions: int = 0
    opened: int = 0
    changed: int = 0
    recovered: int = 0

    def add(self, other: "Recorded") -> None:
        """Add another batch's numbers to these."""
        for one in fields(self):
            total = getattr(self, one.name) + getattr(other, one.name)
            setattr(self, one.name, total)


@dataclass(slots=True)
class _Troubles:
    """What could not be taken. A post of which `parts` failed counts as new or known."""

    posts: list[SetAside]
    parts: list[SetAside] = field(default_factory=list)


def record(database: Database, intake: Intake) -> Recorded:
    """Keep mentions, the alerts they cause and the cursor, all or nothing.

    Raises:
        Outrun: somebody else polled the source since `intake.version`, or changed a
            mention that this batch changes.
    """
    with database.write() as session:
        failed = _has_failed(session, intake.source)
        _move_cursor(session, intake)
        done = Recorded(seen=intake.seen, known=intake.known, recovered=int(failed))
        troubles = _Troubles([*intake.set_aside])
        _keep_new(session, intake, done, troubles)
        _keep_unmatched(session, intake, done, troubles)
        done.changed = _change(session, intake, troubles)
        done.set_aside = _keep_troubles(session, intake, troubles)
        _count(session, intake, done)
    return done


def _has_failed(session: Session, source: str) -> bool:
    at = session.get(Checkpoint, source)
    return at is not None and at.failures > 0


def _move_cursor(session: Session, intake: Intake) -> None:
    session.execute(
        insert_into(session, Checkpoint)
        .values(source=intake.source, next_poll_at=intake.now, version=0)
        .on_conflict_do_nothing()
    )
    moved = session.execute(
        update(Checkpoint)
        .where(
            col(Checkpoint.source) == intake.source,
            col(Checkpoint.version) == intake.version,
        )
        .values(
            cursor=dict(intake.cursor),
            version=intake.version + 1,
            next_poll_at=intake.next_poll_at,
            last_poll_at=intake.now,
            last_success_at=intake.now,
            failures=0,
            error="",
            failing_since=None,
            paused_at=None,
        )
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Outrun(f"{intake.source} was polled by another process meanwhile")


def _keep_new(
    session: Session, intake: Intake, done: Recorded, troubles: _Troubles
) -> None:
    rows = [one.model_dump(exclude={"id"}) for one in intake.new]
    ids, bad = _insert_rows(
        session, Mention, rows, ("id", "platform", "post_id", "brand")
    )
    by_key: dict[Key, Mention] = {}
    for one in intake.new:
        by_key.setdefault((one.platform, one.post_id, one.brand), one)
    kept = [
        (number, by_key[platform, post, brand])
        for number, platform, post, brand in sorted(ids)
    ]
    session.flush()
    _owe(session, kept, intake.now)
    posts = {(one.platform, one.post_id) for _, one in kept}
    for row, error in bad:
        is_kept = (row["platform"], row["post_id"]) in posts
        where = troubles.parts if is_kept else troubles.posts
        where.append(_poisoned(row, error))
    offered = {(one.platform, one.post_id) for one in intake.new}
    refused = {(row["platform"], row["post_id"]) for row, _ in bad}
    done.new = len(posts)
    done.known += len(offered - posts - refused)
    done.mentions = len(kept)
    done.opened = sum(one.status is Status.OPEN for _, one in kept)
    named = tuple_(col(Unmatched.platform), col(Unmatched.post_id))
    for some in chunks(posts):
        session.execute(delete(Unmatched).where(named.in_(some)))


def _owe(session: Session, kept: Sequence[tuple[int, Mention]], now: datetime) -> None:
    """Write the event of each new mention, and the alert of each open one."""
    events = [
        {
            "mention_id": mention_id,
            "at": now,
            "actor": SYSTEM,
            "what": "found",
            "new": one.status.value,
            "reason": "; ".join(filter(None, (one.reason, one.note, *one.why))),
        }
        for mention_id, one in kept
    ]
    alerts = [
        {
            "post_key": f"alert:{mention_id}",
            "kind": OutboxKind.ALERT,
            "mention_id": mention_id,
            "body": {},
            "created_at": now,
            "due_at": now,
        }
        for mention_id, one in kept
        if one.status is Status.OPEN
    ]
    for table, rows in ((Event, events), (Outbox, alerts)):
        if rows:
            session.execute(insert(table), rows)


def _keep_unmatched(
    session: Session, intake: Intake, done: Recorded, troubles: _Troubles
) -> None:
    rows = [
        {
            "platform": post.platform,
            "post_id": post.id,
            "source": intake.source,
            "url": post.url,
            "author": post.author.handle,
            "text": post.text,
            "posted_at": post.posted_at,
            "seen_at": intake.now,
        }
        for post in intake.unmatched
    ]
    kept, bad = _insert_rows(session, Unmatched, rows, ("post_id",))
    troubles.posts += [_poisoned(row, error) for row, error in bad]
    done.unmatched = len(kept)
    done.known += len(rows) - len(kept) - len(bad)


def _change(session: Session, intake: Intake, troubles: _Troubles) -> int:
    """Apply the changes, each in a savepoint: one the database refuses blocks no other."""
    changed = 0
    for one in intake.changes:
        try:
            with session.begin_nested():
                _apply(session, one, intake.now)
        except POISON as e:
            _raise_outage(e)
            troubles.parts.append(
                SetAside(f"mention {one.mention_id}, {one.what}", _refused(e))
            )
        else:
            changed += 1
    return changed


def _apply(session: Session, change: Change, now: datetime) -> None:
    """Apply one change to a mention that still is as we knew it.

    Otherwise the batch is void and its posts are decided anew: a platform may show an
    edit or its own answer only once, so the cursor must not move past it.
    """
    done = session.execute(
        update(Mention)
        .where(col(Mention.id) == change.mention_id, col(Mention.rev) == change.rev)
        .values(**change.values, rev=change.rev + 1)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Outrun(f"mention {change.mention_id} changed meanwhile")
    add_event(session, change, now)
    owe_card(session, change, now)


def _keep_troubles(session: Session, intake: Intake, troubles: _Troubles) -> int:
    """Keep what was set aside and the gaps; return how many posts were set aside.

    What is set aside again from the same place is told with its newest reason.
    """
    places = {fit(one.where): fit(one.reason) for one in troubles.posts}
    parts = {fit(one.where): fit(one.reason) for one in troubles.parts}
    for place, reason in (parts | places).items():
        row = insert_into(session, SetAsideRow).values(
            source=intake.source, place=place, at=intake.now, reason=reason
        )
        session.execute(
            row.on_conflict_do_update(
                index_elements=["source", "place"],
                set_={"at": intake.now, "reason": reason},
            )
        )
    for gap in intake.gaps:
        session.add(
            GapRow(
                source=intake.source,
                at=intake.now,
                since=gap.since,
                until=gap.until,
                reason=fit(gap.reason),
            )
        )
        key = f"gap:{intake.source}:{intake.version}"
        owe_notice(session, key, f"{intake.source} has a gap: {gap.reason}", intake.now)
    return len(places)


def _count(session: Session, intake: Intake, done: Recorded) -> None:
    """Add up the source's ledger, and note what is usual for it."""
    here = col(Checkpoint.source) == intake.source
    values: dict[str, Any] = {
        "posts_seen": col(Checkpoint.posts_seen) + done.seen,
        "posts_new": col(Checkpoint.posts_new) + done.new,
        "posts_known": col(Checkpoint.posts_known) + done.known,
        "posts_unmatched": col(Checkpoint.posts_unmatched) + done.unmatched,
        "posts_set_aside": col(Checkpoint.posts_set_aside) + done.set_aside,
        "mentions": col(Checkpoint.mentions) + done.mentions,
    }
    fresh = done.new + done.unmatched
    if fresh:
        values |= {"last_post_at": intake.now, "silent_since": None}
        day = intake.now.astimezone(UTC).date().isoformat()
        session.execute(
            insert_into(session, SourceDay)
            .values(source=intake.source, day=day, posts=fresh)
            .on_conflict_do_update(
                index_elements=["source", "day"],
                set_={"posts": col(SourceDay.posts) + fresh},
            )
        )
    session.execute(update(Checkpoint).where(here).values(**values))


def _insert_rows(
    session: Session,
    table: type[SQLModel],
    rows: Sequence[dict[str, Any]],
    returning: Sequence[str],
) -> tuple[list[Any], list[tuple[dict[str, Any], Exception]]]:
    """Insert what is not there yet; return what is new, and the rows no database takes.

    The whole batch goes in one statement. Only where that fails are the rows tried
    one by one, each in a savepoint, so that one poisoned post blocks no other.
    """
    if not rows:
        return [], []
    columns = [getattr(table, name) for name in returning]
    statement = insert_into(session, table).on_conflict_do_nothing().returning(*columns)
    try:
        with session.begin_nested():
            return list(session.execute(statement, rows)), []
    except POISON:
        pass
    kept: list[Any] = []
    bad: list[tuple[dict[str, Any], Exception]] = []
    for row in rows:
        try:
            with session.begin_nested():
                kept += session.execute(statement, [row])
        except POISON as e:
            _raise_outage(e)
            bad.append((row, e))
    return kept, bad


def _raise_outage(error: Exception) -> None:
    """Raise an error that no value is to blame for: the batch must come again."""
    if not isinstance(error, OUTAGE):
        return
    # PostgreSQL's class 54 blames the value all the same: too long for an index.
    if not str(getattr(error.orig, "sqlstate", "")).startswith("54"):
        raise error


def _poisoned(row: Mapping[str, Any], error: Exception) -> SetAside:
    return SetAside(f"{row['platform']} post {row['post_id']}", _refused(error))


def _refused(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return f"the database does not take it ({type(cause).__name__})"
