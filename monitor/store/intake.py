"""What one poll brought, recorded whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, tuple_, update
from sqlmodel import Session, col

from connectors import Caution, Cursor, Gap, Post, SetAside
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
    SourceHour,
    Status,
    Unmatched,
)
from monitor.rules.text import fit
from monitor.store.database import Database, insert_into
from monitor.store.debts import Change, apply_change, owe_notice
from monitor.store.inserts import POISON, insert_rows, raise_outage, refused
from monitor.store.mentions import Key, chunks
from monitor.store.own_replies import Own, keep_own, lock_source, owned, settle


class Outrun(Exception):
    """The source was polled, or a mention changed, meanwhile: this batch is void."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One batch, decided: all that `record` keeps in one transaction.

    `version` is the checkpoint's version before the poll; `seen` counts everything
    the batch brought, bad rows included; `known` the posts that are no news; `own`
    are answers of the brand among its posts. A recheck leaves cursor and schedule
    alone, and what is usual for the source.
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
    cautions: Sequence[Caution] = ()
    own: Sequence[Own] = ()
    is_recheck: bool = False


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
            mention that this batch changes, or noticed an answer to a post of it.
    """
    with database.write() as session:
        failed = _has_failed(session, intake.source) and not intake.is_recheck
        lock_source(session, intake.source, intake.now)
        if not intake.is_recheck:
            _move_cursor(session, intake)
        done = Recorded(seen=intake.seen, known=intake.known, recovered=int(failed))
        troubles = _Troubles([*intake.set_aside])
        _keep_new(session, intake, done, troubles)
        _keep_unmatched(session, intake, done, troubles)
        done.changed = _change(session, intake, troubles)
        keep_own(session, intake.source, intake.own, intake.now)
        done.changed += settle(session, intake.source, intake.own, intake.now)
        done.set_aside = _keep_troubles(session, intake, troubles)
        _count(session, intake, done)
    return done


def _has_failed(session: Session, source: str) -> bool:
    at = session.get(Checkpoint, source)
    return at is not None and at.failures > 0


def _move_cursor(session: Session, intake: Intake) -> None:
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
    ids, bad = insert_rows(
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
    _check_answers(session, [one for _, one in kept])
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


def _check_answers(session: Session, new: Sequence[Mention]) -> None:
    """An answer noticed since these posts were decided makes the batch void: nobody
    is to be alerted of what a colleague has answered."""
    unanswered = {(one.platform, one.post_id) for one in new if one.owner_reply is None}
    if found := owned(session, unanswered):
        platform, post_id = next(iter(found))
        raise Outrun(f"{platform} post {post_id} was answered meanwhile")


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
    kept, bad = insert_rows(session, Unmatched, rows, ("post_id",))
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
            raise_outage(e)
            troubles.parts.append(
                SetAside(f"mention {one.mention_id}, {one.what}", refused(e))
            )
        else:
            changed += 1
    return changed


def _apply(session: Session, change: Change, now: datetime) -> None:
    """Apply one change to a mention that still is as we knew it.

    Otherwise the batch is void and its posts are decided anew: a platform may show an
    edit or its own answer only once, so the cursor must not move past it.
    """
    if not apply_change(session, change, now):
        raise Outrun(f"mention {change.mention_id} changed meanwhile")


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
    for caution in intake.cautions:
        key = f"caution:{intake.source}:{caution.key}"
        owe_notice(session, key, f"{intake.source}: {caution.text}", intake.now)
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
    fresh = 0 if intake.is_recheck else done.new + done.unmatched
    if fresh:
        values |= {"last_post_at": intake.now, "silent_since": None}
        now = intake.now.astimezone(UTC)
        _add_up(session, SourceDay, intake.source, now.date().isoformat(), fresh)
        _add_up(session, SourceHour, intake.source, f"{now:%Y-%m-%dT%H}", fresh)
    session.execute(update(Checkpoint).where(here).values(**values))


def _add_up(
    session: Session,
    table: type[SourceDay | SourceHour],
    source: str,
    when: str,
    posts: int,
) -> None:
    unit = "day" if table is SourceDay else "hour"
    session.execute(
        insert_into(session, table)
        .values({"source": source, unit: when, "posts": posts})
        .on_conflict_do_update(
            index_elements=["source", unit], set_={"posts": col(table.posts) + posts}
        )
    )


def _poisoned(row: Mapping[str, Any], error: Exception) -> SetAside:
    return SetAside(f"{row['platform']} post {row['post_id']}", refused(error))
