"""Sources: where each stands, what it missed, what is usual for it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col, select

from monitor.models import (
    Checkpoint,
    Errand,
    GapRow,
    SetAsideRow,
    SourceDay,
    SourceHour,
)
from monitor.rules.text import fit
from monitor.store.database import Database
from monitor.store.debts import owe_notice

LONG_WAIT = timedelta(hours=1)
"""Longer waits than this come of caps, budgets, or many failures."""


class Sources:
    """Questions about sources, and what happens to one that does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def checkpoint(self, source: str, now: datetime) -> Checkpoint:
        """Return where `source` stands; a new one is due at once."""
        with self._database.read() as session:
            found = session.get(Checkpoint, source)
        return found or Checkpoint(source=source, next_poll_at=now)

    def all(self) -> Sequence[Checkpoint]:
        with self._database.read() as session:
            query = select(Checkpoint).order_by(Checkpoint.source)
            return session.exec(query).all()

    def postpone(
        self, at: Checkpoint, until: datetime, error: str, now: datetime
    ) -> None:
        """Note a failure and when to ask again. The cursor stays."""
        with self._database.write() as session:
            row = session.get(Checkpoint, at.source) or at
            row.failures += 1
            row.error = fit(error)
            row.failing_since = row.failing_since or now
            row.last_poll_at = now
            row.next_poll_at = until
            session.add(row)

    def pause(self, at: Checkpoint, error: str, now: datetime) -> None:
        """Stop asking until a person acts, and tell them, once per episode."""
        with self._database.write() as session:
            row = session.get(Checkpoint, at.source) or at
            since = row.paused_at or now
            row.error = fit(error)
            row.failures += 1
            row.failing_since = row.failing_since or now
            row.last_poll_at = now
            row.paused_at = since
            session.add(row)
            key = f"refused:{row.source}:{since.isoformat()}"
            words = (
                f"{row.source} is paused, somebody must act: {error}. Once it is "
                f"mended, restart everyreply, or run: everyreply poll {row.source}"
            )
            owe_notice(session, key, words, now)

    def tell_failing(self, source: str, now: datetime) -> None:
        """Tell the operator that a source keeps failing, once per episode."""
        with self._database.write() as session:
            at = session.get(Checkpoint, source)
            if at is None or at.failing_since is None:
                return
            key = f"failing:{at.source}:{at.failing_since.isoformat()}"
            words = (
                f"{at.source} has failed {at.failures} times since "
                f"{at.failing_since:%d %b %H:%M} UTC: {at.error}"
            )
            owe_notice(session, key, words, now)

    def tell_silent(
        self, source: str, since: datetime, words: str, now: datetime
    ) -> None:
        """Note that a source fell silent and tell the operator, once per episode."""
        with self._database.write() as session:
            session.execute(
                update(Checkpoint)
                .where(col(Checkpoint.source) == source)
                .values(silent_since=since)
            )
            key = f"silent:{source}:{since.isoformat()}"
            owe_notice(session, key, f"{source} is silent: {words}", now)

    def forget_failure(self, source: str, now: datetime) -> None:
        """Ask a source at once whose settings changed: its failures were theirs."""
        with self._database.write() as session:
            session.execute(
                update(Checkpoint)
                .where(col(Checkpoint.source) == source)
                .values(
                    failures=0,
                    error="",
                    failing_since=None,
                    paused_at=None,
                    next_poll_at=now,
                )
            )
            fresh = {"failures": 0, "error": "", "failing_since": None}
            _go_on(session, col(Errand.source) == source, now, **fresh)

    def resume(self, source: str, now: datetime) -> bool:
        """Ask a paused source again at once; say whether it was paused.

        What is done for it beside polling goes on too.
        """
        with self._database.write() as session:
            paused = col(Errand.paused_at).is_not(None)
            _go_on(session, (col(Errand.source) == source) & paused, now)
            done = session.execute(
                update(Checkpoint)
                .where(
                    col(Checkpoint.source) == source,
                    col(Checkpoint.paused_at).is_not(None),
                )
                .values(paused_at=None, next_poll_at=now)
            )
            return bool(done.rowcount == 1)  # type: ignore[attr-defined]

    def hurry(self, source: str, now: datetime) -> None:
        """Ask a source at once that was to wait long after a failure, and do its
        errands: whoever starts us may have mended it (credits, a budget)."""
        late = now + LONG_WAIT
        with self._database.write() as session:
            session.execute(
                update(Checkpoint)
                .where(
                    col(Checkpoint.source) == source,
                    col(Checkpoint.failures) > 0,
                    col(Checkpoint.next_poll_at) > late,
                )
                .values(next_poll_at=now)
            )
            session.execute(
                update(Errand)
                .where(
                    col(Errand.source) == source,
                    col(Errand.failures) > 0,
                    col(Errand.next_at) > late,
                )
                .values(next_at=now)
            )

    def days(self, source: str, since_day: str) -> Mapping[str, int]:
        """Return the posts seen per ISO day (UTC) since then."""
        query = select(SourceDay.day, SourceDay.posts).where(
            SourceDay.source == source, SourceDay.day >= since_day
        )
        with self._database.read() as session:
            return dict(session.exec(query).all())

    def hours(self, source: str, since_hour: str) -> Mapping[str, int]:
        """Return the posts seen per hour (UTC, "2026-11-22T14") since then."""
        query = select(SourceHour.hour, SourceHour.posts).where(
            SourceHour.source == source, SourceHour.hour >= since_hour
        )
        with self._database.read() as session:
            return dict(session.exec(query).all())

    def gaps(self, since: datetime | None = None) -> Sequence[GapRow]:
        query = select(GapRow).order_by(col(GapRow.id).desc())
        if since:
            query = query.where(GapRow.at >= since)
        with self._database.read() as session:
            return session.exec(query).all()

    def set_aside(
        self, limit: int | None = None, source: str | None = None
    ) -> Sequence[SetAsideRow]:
        """Return what could not be taken, newest first."""
        query = select(SetAsideRow).order_by(col(SetAsideRow.id).desc()).limit(limit)
        if source:
            query = query.where(SetAsideRow.source == source)
        with self._database.read() as session:
            return session.exec(query).all()

    def set_aside_counts(self) -> Mapping[str, int]:
        query = select(SetAsideRow.source, func.count()).group_by(SetAsideRow.source)
        with self._database.read() as session:
            return dict(session.exec(query).all())

    def unknown(self, configured: Collection[str]) -> Sequence[str]:
        """Return sources that have rows but are no longer configured."""
        return [at.source for at in self.all() if at.source not in configured]


def _go_on(
    session: Session, which: ColumnElement[bool], now: datetime, **values: object
) -> None:
    """Let errands go on at once that a person may have mended."""
    session.execute(
        update(Errand).where(which).values(paused_at=None, next_at=now, **values)
    )
