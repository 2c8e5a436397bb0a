"""Reminder rows: planned with a deadline, said once, dropped with their reason."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from monitor.models import Delivery, Event, Mention, Reminder, ReminderKind, Status
from monitor.rules.reminders import BEFORE, SEVERITY
from monitor.rules.status import CLOSED
from monitor.store.database import Database, insert_into

NOT_OWED = "the mention was closed, or its deadline moved"
"""Why a row was dropped that is owed again if its mention opens with that deadline."""
NOT_CHOSEN = "more than may be said of one mention"
OVERTAKEN = "a later word says more"


@dataclass(frozen=True, slots=True)
class Owed:
    """One word to be planned. `channel`: it stands there, not below the card."""

    kind: ReminderKind
    at: datetime
    is_chosen: bool = True
    channel: str | None = None


class ReminderRows:
    """What we owe people before and after a deadline, and where each debt stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unplanned(self, limit: int = 500) -> Sequence[tuple[Mention, datetime]]:
        """Return open mentions whose deadline has no plan, and since when it stands."""
        of_it = (
            col(Reminder.mention_id) == col(Mention.id),
            col(Reminder.for_due_at) == col(Mention.due_at),
        )
        has_rows = exists().where(*of_it)
        was_dropped = exists().where(*of_it, _is_not_owed())
        opened = (
            select(func.max(Event.at))
            .where(
                Event.mention_id == Mention.id,
                Event.new == Status.OPEN.value,
                or_(col(Event.old).is_(None), col(Event.old) != Status.OPEN.value),
            )
            .scalar_subquery()
        )
        query = (
            select(Mention, func.coalesce(opened, Mention.found_at))
            .where(Mention.status == Status.OPEN, col(Mention.due_at).is_not(None))
            .where(or_(~has_rows, was_dropped))
            .order_by(col(Mention.priority), col(Mention.due_at))
            .limit(limit)
        )
        with self._database.read() as session:
            return session.exec(query).all()

    def plan(
        self,
        mention_id: int,
        due_at: datetime,
        choose: Callable[[int], Collection[Owed]],
    ) -> bool:
        """Plan anew for this deadline; False: it is no longer the mention's, or
        somebody has planned for it meanwhile.

        `choose` is given how many words were said of the mention, whatever deadline
        they spoke of. Rows that speak of another deadline are dropped.
        """
        with self._database.write() as session:
            mention = session.get(Mention, mention_id, with_for_update=True)
            if mention is None or mention.status is not Status.OPEN:
                return False
            if mention.due_at != due_at or _is_planned(session, mention_id, due_at):
                return False
            # Before we count: what is still queued after this, nobody can claim.
            _clear(session, mention_id, due_at)
            for owed in choose(_said(session, mention_id)):
                _owe(session, mention_id, due_at, owed)
            return True

    def tidy(self, now: datetime) -> None:
        """Drop what is not owed any more, and all but the most severe of what is due."""
        owner = exists().where(
            col(Mention.id) == col(Reminder.mention_id),
            or_(
                col(Mention.status).in_(CLOSED),
                col(Mention.due_at) != col(Reminder.for_due_at),
            ),
        )
        with self._database.write() as session:
            _drop(session, owner, why=NOT_OWED)
            _drop(
                session, col(Reminder.due_at) <= now, _is_overtaken(now), why=OVERTAKEN
            )

    def due(
        self, now: datetime, except_brands: Collection[str] = (), limit: int = 2000
    ) -> Sequence[tuple[Reminder, Mention]]:
        """Return what is to be said now, most pressing first; call `tidy` before.

        A snoozed mention is quiet, but not past its deadline.
        """
        quiet = col(Mention.snoozed_until)
        query = (
            select(Reminder, Mention)
            .join(Mention, col(Reminder.mention_id) == col(Mention.id))
            .where(Reminder.state == Delivery.QUEUED.value, Reminder.due_at <= now)
            .where(*_is_wanted())
            # Somebody may have planned since we tidied.
            .where(~_is_overtaken(now))
            .where(or_(quiet.is_(None), quiet <= now, col(Mention.due_at) <= now))
            .where(col(Mention.brand).not_in(except_brands))
            .order_by(col(Mention.priority), col(Mention.due_at), col(Reminder.id))
            .limit(limit)
        )
        with self._database.read() as session:
            return session.exec(query).all()

    def claim(self, rows: Sequence[Reminder], together: str, now: datetime) -> bool:
        """Take rows that are to be said in one message, all or none.

        False: one of them is somebody else's, or its mention closed meanwhile.
        """
        with self._database.write() as session:
            for row in sorted(rows, key=lambda one: one.id or 0):
                body = _place(row) | ({"together": together} if together else {})
                done = session.execute(
                    update(Reminder)
                    .where(*_same(row, Delivery.QUEUED))
                    .where(
                        exists().where(col(Mention.id) == row.mention_id, *_is_wanted())
                    )
                    .values(
                        state=Delivery.SENDING.value,
                        attempt_at=now,
                        attempts=row.attempts + 1,
                        body=body,
                        error="",
                    )
                )
                if done.rowcount != 1:  # type: ignore[attr-defined]
                    session.rollback()
                    return False
        for row in rows:
            row.attempts, row.attempt_at, row.error = row.attempts + 1, now, ""
        return True

    def sent(self, row: Reminder, ref: str, now: datetime) -> bool:
        state = Delivery.SENT.value
        return self._set(
            row, Delivery.SENDING, state=state, sent_at=now, ref=ref, error=""
        )

    def requeue(self, row: Reminder, due_at: datetime, error: str) -> bool:
        """Give back a row that surely was not said."""
        state = Delivery.QUEUED.value
        return self._set(row, Delivery.SENDING, state=state, due_at=due_at, error=error)

    def note(self, row: Reminder, error: str) -> bool:
        """Note on a claimed row what went wrong; whether it was said is unclear."""
        return self._set(row, Delivery.SENDING, error=error)

    def fail(self, row: Reminder, error: str) -> bool:
        """Give up on a claimed row that a defect of ours keeps from being said."""
        return self._set(
            row, Delivery.SENDING, state=Delivery.FAILED.value, error=error
        )

    def postpone(self, row: Reminder, due_at: datetime) -> bool:
        """Have a queued row wait: the team is not there."""
        return self._set(row, Delivery.QUEUED, due_at=due_at)

    def unclear(self, before: datetime) -> Sequence[Reminder]:
        """Return rows claimed before then whose outcome nobody noted."""
        query = select(Reminder).where(
            Reminder.state == Delivery.SENDING.value, col(Reminder.attempt_at) <= before
        )
        with self._database.read() as session:
            return session.exec(query.order_by(col(Reminder.attempt_at))).all()

    def of(self, mention_id: int) -> Sequence[Reminder]:
        """Return every row of a mention, oldest first."""
        query = select(Reminder).where(Reminder.mention_id == mention_id)
        with self._database.read() as session:
            return session.exec(query.order_by(col(Reminder.id))).all()

    def _set(self, row: Reminder, seen: Delivery, **values: object) -> bool:
        with self._database.write() as session:
            done = session.execute(
                update(Reminder).where(*_same(row, seen)).values(**values)
            )
            return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _is_planned(session: Session, mention_id: int, due_at: datetime) -> bool:
    """Say whether a deadline has its rows, and none that is owed again."""
    query = select(Reminder.state, Reminder.error).where(
        Reminder.mention_id == mention_id, Reminder.for_due_at == due_at
    )
    rows = session.exec(query).all()
    again = (Delivery.DROPPED.value, NOT_OWED)
    return bool(rows) and again not in rows


def _clear(session: Session, mention_id: int, due_at: datetime) -> None:
    """Drop a mention's queued rows; those of this deadline are about to come back."""
    mine = col(Reminder.mention_id) == mention_id
    other = col(Reminder.for_due_at) != due_at
    _drop(session, mine, other, why=NOT_OWED)
    _drop(session, mine, ~other, why=NOT_CHOSEN)
    session.execute(
        update(Reminder).where(mine, ~other, _is_not_owed()).values(error=NOT_CHOSEN)
    )


def _said(session: Session, mention_id: int) -> int:
    """Count the words said of a mention; one said in two places is one."""
    query = select(Reminder).where(
        Reminder.mention_id == mention_id,
        col(Reminder.state).in_([Delivery.SENDING.value, Delivery.SENT.value]),
    )
    return sum(not _place(row) for row in session.exec(query))


def _owe(session: Session, mention_id: int, due_at: datetime, owed: Owed) -> None:
    """Owe a word, again if it was dropped; what was said of this deadline was said."""
    key = f"due:{mention_id}:{owed.kind.value}:{due_at.isoformat()}"
    state = Delivery.QUEUED if owed.is_chosen else Delivery.DROPPED
    values: dict[str, Any] = {
        "state": state.value,
        "due_at": owed.at,
        "error": "" if owed.is_chosen else NOT_CHOSEN,
        "body": {"channel": owed.channel} if owed.channel else {},
    }
    row = insert_into(session, Reminder).values(
        post_key=f"{key}:{owed.channel}" if owed.channel else key,
        mention_id=mention_id,
        kind=owed.kind,
        for_due_at=due_at,
        attempts=0,
        **values,
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["post_key"],
            set_=values,
            where=col(Reminder.state) == Delivery.DROPPED.value,
        )
    )


def _drop(session: Session, *which: Any, why: str) -> None:
    session.execute(
        update(Reminder)
        .where(col(Reminder.state) == Delivery.QUEUED.value, *which)
        .values(state=Delivery.DROPPED.value, error=why)
        # The rows of this session, if any, are not looked at again.
        .execution_options(synchronize_session=False)
    )


def _is_overtaken(now: datetime) -> Any:
    """A word before a deadline that has passed, or one with a graver word due too."""
    later = aliased(Reminder)
    alive = (Delivery.QUEUED.value, Delivery.SENDING.value, Delivery.SENT.value)
    graver = exists().where(
        col(later.mention_id) == col(Reminder.mention_id),
        col(later.for_due_at) == col(Reminder.for_due_at),
        col(later.due_at) <= now,
        col(later.state).in_(alive),
        _severity(later) > _severity(Reminder),
    )
    is_late = and_(col(Reminder.kind).in_(BEFORE), col(Reminder.for_due_at) <= now)
    return or_(is_late, graver)


def _severity(row: Any) -> Any:
    return case(
        *((col(row.kind) == kind, at) for at, kind in enumerate(SEVERITY)), else_=-1
    )


def _is_not_owed() -> Any:
    return and_(
        col(Reminder.state) == Delivery.DROPPED.value, col(Reminder.error) == NOT_OWED
    )


def _is_wanted() -> tuple[Any, ...]:
    return (
        col(Mention.status) == Status.OPEN,
        col(Mention.due_at) == col(Reminder.for_due_at),
    )


def _same(row: Reminder, seen: Delivery) -> tuple[Any, ...]:
    """The row as we saw it: `attempts` is the number of the claim."""
    return (
        col(Reminder.id) == row.id,
        col(Reminder.state) == seen.value,
        col(Reminder.attempts) == row.attempts,
    )


def _place(row: Reminder) -> dict[str, Any]:
    channel = row.body.get("channel")
    return {"channel": channel} if channel else {}
