"""The ledger: every stored mention accounted for, and proof that it adds up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from monitor.models import (
    Checkpoint,
    Delivery,
    Event,
    Mention,
    Outbox,
    OutboxKind,
    ReplyRow,
    ReplyState,
    Status,
)
from monitor.rules.status import CLOSED
from monitor.store.database import Database

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """How many mentions of a brand stand at one status for one reason."""

    brand: str
    status: Status
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Intake:
    """How the posts that one source showed us ended."""

    source: str
    seen: int
    new: int
    known: int
    unmatched: int
    set_aside: int
    mentions: int
    stored: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """All of it. `problems` is empty when everything adds up."""

    total: int
    lines: Sequence[Line]
    intake: Sequence[Intake]
    alerts: Mapping[str, int]
    problems: Sequence[str] = field(default_factory=tuple)

    @property
    def adds_up(self) -> bool:
        return not self.problems

    def by_status(self) -> Mapping[Status, int]:
        counts = dict.fromkeys(Status, 0)
        for line in self.lines:
            counts[line.status] += line.count
        return counts


def audit(database: Database) -> Ledger:
    """Read the whole ledger in one snapshot and check that it adds up."""
    with database.read() as session:
        total = session.exec(select(func.count()).select_from(Mention)).one()
        lines = _lines(session)
        intake = _intake(session)
        alerts = _alerts(session)
        problems = [
            *_sums(total, lines, intake),
            *_unexplained(session),
            *_undelivered(session),
        ]
    return Ledger(total, lines, intake, alerts, tuple(problems))


def _lines(session: Session) -> list[Line]:
    key = (Mention.brand, Mention.status, Mention.reason)
    query = select(*key, func.count()).group_by(*key).order_by(*key)
    rows = session.exec(query)
    return [Line(brand, Status(status), why, n) for brand, status, why, n in rows]


def _intake(session: Session) -> list[Intake]:
    query = select(Mention.source, func.count()).group_by(Mention.source)
    stored = dict(session.exec(query).all())
    rows = session.exec(select(Checkpoint).order_by(Checkpoint.source)).all()
    return [
        Intake(
            at.source,
            at.posts_seen,
            at.posts_new,
            at.posts_known,
            at.posts_unmatched,
            at.posts_set_aside,
            at.mentions,
            stored.get(at.source, 0),
        )
        for at in rows
    ]


def _alerts(session: Session) -> dict[str, int]:
    query = (
        select(Outbox.state, func.count())
        .where(Outbox.kind == OutboxKind.ALERT)
        .group_by(Outbox.state)
    )
    counts = {str(state.value): 0 for state in Delivery}
    return counts | {Delivery(state).value: n for state, n in session.exec(query)}


def _sums(total: int, lines: Sequence[Line], intake: Sequence[Intake]) -> Iterator[str]:
    if (counted := sum(line.count for line in lines)) != total:
        yield f"{total} mentions are stored, the ledger counts {counted}"
    for one in intake:
        ends = one.new + one.known + one.unmatched + one.set_aside
        if min(one.seen, one.new, one.known, one.unmatched, one.set_aside) < 0:
            yield f"{one.source}: a count is below zero"
        if one.seen != ends:
            yield f"{one.source}: {one.seen} posts seen, {ends} accounted for"
        if one.mentions != one.stored:
            yield (
                f"{one.source}: {one.mentions} mentions recorded, "
                f"{one.stored} are stored"
            )
    if (kept := sum(one.stored for one in intake)) != total:
        lost = total - kept
        yield (
            "1 mention belongs to no source"
            if lost == 1
            else (f"{lost:,} mentions belong to no source")
        )


def _unexplained(session: Session) -> Iterator[str]:
    """Yield mentions whose state nobody explains."""
    open_ = (Status.OPEN, Status.SENDING)
    checks = {
        "open without a deadline": (
            col(Mention.status).in_(open_) & col(Mention.due_at).is_(None)
        ),
        "closed without a reason": (
            col(Mention.status).in_(CLOSED) & (col(Mention.reason) == "")
        ),
        "closed without a time or an actor": (
            col(Mention.status).in_(CLOSED)
            & or_(col(Mention.closed_at).is_(None), col(Mention.closed_by).is_(None))
        ),
    }
    on_its_way = select(ReplyRow.mention_id).where(
        col(ReplyRow.state).in_((ReplyState.QUEUED, ReplyState.SENDING))
    )
    checks["sending without a reply on its way"] = (
        col(Mention.status) == Status.SENDING
    ) & col(Mention.id).not_in(on_its_way)
    for words, condition in checks.items():
        yield from _examples(session, words, select(Mention.id).where(condition))
    last = (
        select(Event.mention_id, func.max(Event.id).label("event_id"))
        .where(col(Event.what) != "erased")
        .group_by(col(Event.mention_id))
        .subquery()
    )
    strays = (
        select(Mention.id)
        .join(last, last.c.mention_id == Mention.id, isouter=True)
        .join(Event, col(Event.id) == last.c.event_id, isouter=True)
        .where(or_(col(Event.id).is_(None), col(Event.new) != col(Mention.status)))
    )
    yield from _examples(session, "changed without an event", strays)


def _undelivered(session: Session) -> Iterator[str]:
    """Yield open mentions that nobody is ever shown, and rows given up on."""
    orphans = (
        select(Mention.id)
        .join(
            Outbox,
            (col(Outbox.mention_id) == col(Mention.id))
            & (col(Outbox.kind) == OutboxKind.ALERT)
            & (col(Outbox.state) != Delivery.DROPPED),
            isouter=True,
        )
        .where(Mention.status == Status.OPEN, col(Outbox.id).is_(None))
    )
    yield from _examples(session, "open without an alert", orphans)
    failed = (
        select(Mention.id)
        .join(Outbox, col(Outbox.mention_id) == col(Mention.id))
        .where(
            Outbox.state == Delivery.FAILED,
            Outbox.kind == OutboxKind.ALERT,
            Mention.status == Status.OPEN,
        )
    )
    yield from _examples(session, "open, but the alert failed for good", failed)


def _examples(session: Session, words: str, query: object) -> Iterator[str]:
    ids = sorted(session.exec(query))  # type: ignore[call-overload]
    if ids:
        some = ", ".join(str(one) for one in ids[:EXAMPLES])
        more = ", ..." if len(ids) > EXAMPLES else ""
        count = "1 mention" if len(ids) == 1 else f"{len(ids):,} mentions"
        yield f"{count} {words} (id {some}{more})"
