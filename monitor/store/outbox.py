"""Outbox rows: claimed by one, sent once, or given back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, update
from sqlmodel import col, select

from monitor.models import Delivery, Mention, Outbox, OutboxKind, Status
from monitor.store.database import Database
from monitor.store.debts import owe_notice


@dataclass(frozen=True, slots=True)
class Through:
    """Which rows may go out while some channels wait.

    `shut` are brands whose rows wait. With `only`, every brand but these waits.
    """

    shut: Collection[str] = ()
    only: Collection[str] | None = None
    notices: bool = True

    def conditions(self) -> list[Any]:
        brand = col(Mention.brand)
        is_open = brand.not_in(self.shut) if self.only is None else brand.in_(self.only)
        is_notice = col(Outbox.mention_id).is_(None)
        return [or_(is_notice, is_open) if self.notices else is_open]


class OutboxRows:
    """What we owe the outside world, and where each debt stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime, limit: int = 100) -> Sequence[Outbox]:
        """Return what should be sent now, most pressing mention first."""
        return [row for row, _ in self.due_through(None, now, limit)]

    def due_through(
        self, through: Through | None, now: datetime, limit: int
    ) -> Sequence[tuple[Outbox, Mention | None]]:
        """Return what may be sent now, with its mention; None: no channel waits."""
        query = (
            select(Outbox, Mention)
            .join(Mention, col(Outbox.mention_id) == col(Mention.id), isouter=True)
            .where(Outbox.state == Delivery.QUEUED, Outbox.due_at <= now)
            .where(*(through.conditions() if through else ()))
            .order_by(
                func.coalesce(col(Mention.priority), -1),
                col(Mention.due_at),
                col(Outbox.id),
            )
            .limit(limit)
        )
        with self._database.read() as session:
            return session.exec(query).all()

    def postpone(self, row: Outbox, due_at: datetime) -> bool:
        """Have a queued row wait: it is to be collected with others."""
        return self._set(row, Delivery.QUEUED, due_at=due_at)

    def repost(self, mention_id: int, ref: str, now: datetime) -> None:
        """Owe a card again that somebody deleted, while its mention is open."""
        with self._database.write() as session:
            mention = session.get(Mention, mention_id, with_for_update=True)
            if mention is None or mention.status is not Status.OPEN:
                return
            session.execute(
                update(Outbox)
                .where(
                    col(Outbox.post_key) == f"alert:{mention_id}",
                    col(Outbox.state) == Delivery.SENT,
                    col(Outbox.ref) == ref,
                )
                .values(state=Delivery.QUEUED, due_at=now, ref=None, error="deleted")
            )

    def sharing(self, ref: str) -> Sequence[int]:
        """Return the mentions whose cards stand in one message, oldest row first."""
        query = select(Outbox.mention_id).where(
            Outbox.ref == ref,
            Outbox.kind == OutboxKind.ALERT,
            Outbox.state == Delivery.SENT,
        )
        with self._database.read() as session:
            found = session.exec(query.order_by(col(Outbox.id))).all()
        return [number for number in found if number is not None]

    def claim(self, row: Outbox, now: datetime) -> bool:
        """Take a queued row for ourselves; False: somebody else has it.

        Whatever is said of the row later counts only as long as no one else has
        claimed it since: `attempts` is the number of the claim.
        """
        claim = row.attempts + 1
        taken = self._set(
            row,
            Delivery.QUEUED,
            state=Delivery.SENDING,
            attempt_at=now,
            attempts=claim,
            error="",
        )
        if taken:
            row.attempts, row.attempt_at, row.error = claim, now, ""
        return taken

    def sent(self, row: Outbox, ref: str, now: datetime) -> bool:
        return self._set(
            row, Delivery.SENDING, state=Delivery.SENT, sent_at=now, ref=ref, error=""
        )

    def requeue(self, row: Outbox, due_at: datetime, error: str) -> bool:
        """Give back a row that surely was not sent."""
        return self._set(
            row, Delivery.SENDING, state=Delivery.QUEUED, due_at=due_at, error=error
        )

    def fail(self, row: Outbox, error: str) -> bool:
        """Give up aloud: status and audit show the row until a person acts."""
        return self._set(row, Delivery.SENDING, state=Delivery.FAILED, error=error)

    def drop(self, row: Outbox, why: str, now: datetime) -> bool:
        """Close a row that nobody needs any more.

        An alert whose mention was opened again meanwhile is queued instead: whoever
        opened it saw the alert claimed and relies on it.
        """
        with self._database.write() as session:
            mention = session.get(Mention, row.mention_id or 0, with_for_update=True)
            is_wanted = (
                row.kind is OutboxKind.ALERT
                and mention is not None
                and mention.status is Status.OPEN
            )
            state = Delivery.QUEUED if is_wanted else Delivery.DROPPED
            done = session.execute(
                update(Outbox)
                .where(
                    col(Outbox.id) == row.id,
                    col(Outbox.state) == Delivery.SENDING,
                    col(Outbox.attempts) == row.attempts,
                )
                .values(state=state, due_at=now, error=why)
            )
            return bool(done.rowcount == 1)  # type: ignore[attr-defined]

    def is_overtaken(self, row: Outbox) -> bool:
        """Say whether a later row owes the same card its state as it now is."""
        query = select(Outbox.id).where(
            Outbox.mention_id == row.mention_id,
            Outbox.kind == row.kind,
            col(Outbox.id) > row.id,
            Outbox.state != Delivery.FAILED,
        )
        with self._database.read() as session:
            return session.exec(query.limit(1)).first() is not None

    def note(self, row: Outbox, error: str) -> bool:
        """Note on a claimed row what went wrong; whether it was sent is unclear."""
        return self._set(row, Delivery.SENDING, error=error)

    def unclear(self, before: datetime) -> Sequence[Outbox]:
        """Return rows claimed before then whose outcome nobody noted."""
        query = select(Outbox).where(
            Outbox.state == Delivery.SENDING, col(Outbox.attempt_at) <= before
        )
        with self._database.read() as session:
            # Not by id: SQLite would walk the whole table in that order.
            return session.exec(query.order_by(col(Outbox.attempt_at))).all()

    def alert_of(self, mention_id: int) -> Outbox | None:
        """Return the row of a mention's card."""
        return self.of(f"alert:{mention_id}")

    def of(self, post_key: str) -> Outbox | None:
        query = select(Outbox).where(Outbox.post_key == post_key)
        with self._database.read() as session:
            return session.exec(query).first()

    def counts(self) -> Mapping[Delivery, int]:
        query = select(Outbox.state, func.count()).group_by(Outbox.state)
        with self._database.read() as session:
            return {Delivery(state): n for state, n in session.exec(query)}

    def failed(self, limit: int = 20) -> Sequence[Outbox]:
        query = select(Outbox).where(Outbox.state == Delivery.FAILED).limit(limit)
        with self._database.read() as session:
            return session.exec(query).all()

    def retry_failed(self, now: datetime) -> int:
        """Try every failed row again, after a person mended the cause.

        A defect may have struck after the message was out. So the row is unclear, and
        is looked up before it is queued.
        """
        with self._database.write() as session:
            done = session.execute(
                update(Outbox)
                .where(col(Outbox.state) == Delivery.FAILED)
                .values(state=Delivery.SENDING, due_at=now, error="")
            )
            return int(done.rowcount)  # type: ignore[attr-defined]

    def notice(self, post_key: str, text: str, now: datetime) -> None:
        """Owe the operator a word, once per `post_key`."""
        with self._database.write() as session:
            owe_notice(session, post_key, text, now)

    def _set(self, row: Outbox, seen: Delivery, **values: object) -> bool:
        with self._database.write() as session:
            done = session.execute(
                update(Outbox)
                .where(
                    col(Outbox.id) == row.id,
                    col(Outbox.state) == seen,
                    col(Outbox.attempts) == row.attempts,
                )
                .values(**values)
            )
            return bool(done.rowcount == 1)  # type: ignore[attr-defined]
