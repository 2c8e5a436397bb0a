"""Errands: what is done for a source beside polling it, and how that stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from monitor.models import Errand
from monitor.rules.text import fit
from monitor.store.database import Database
from monitor.store.debts import owe_notice

TELL_AFTER = 3
"""Failures in a row after which the operator hears of an errand."""


class Errands:
    """What happens to errands. None of it touches how the source is polled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def at(self, source: str, job: str, now: datetime) -> Errand:
        """Return where an errand stands; a new one is due at once."""
        with self._database.read() as session:
            found = session.get(Errand, (source, job))
        return found or Errand(source=source, job=job, next_at=now)

    def all(self) -> Sequence[Errand]:
        query = select(Errand).order_by(col(Errand.source), col(Errand.job))
        with self._database.read() as session:
            return session.exec(query).all()

    def done(self, errand: Errand, next_at: datetime, now: datetime) -> None:
        """Note that it went well, and when it is due again."""
        with self._database.write() as session:
            row = _row(session, errand)
            row.failures, row.error, row.failing_since = 0, "", None
            row.paused_at = None
            row.last_success_at, row.next_at = now, next_at
            session.add(row)

    def postpone(
        self, errand: Errand, until: datetime, error: str, now: datetime, *, tell: bool
    ) -> None:
        """Note a failure and when to try again; tell the operator once they go on.

        `tell` does not wait for that: it mends itself, but late.
        """
        with self._database.write() as session:
            row = _failed(session, errand, error, now)
            row.next_at = until
            session.add(row)
            if tell or row.failures >= TELL_AFTER:
                since = row.failing_since or now
                words = (
                    f"{row.source}: {row.job} has failed {row.failures} times since "
                    f"{since:%d %b %H:%M} UTC: {row.error}"
                )
                key = f"failing:{row.source}:{row.job}:{since.isoformat()}"
                owe_notice(session, key, words, now)

    def pause(self, errand: Errand, error: str, now: datetime) -> None:
        """Stop until a person acts, and tell them, once per episode."""
        with self._database.write() as session:
            row = _failed(session, errand, error, now)
            since = row.paused_at = row.paused_at or now
            session.add(row)
            words = (
                f"{row.source}: {row.job} is paused, somebody must act: {row.error}. "
                "Once it is mended, restart everyreply"
            )
            key = f"refused:{row.source}:{row.job}:{since.isoformat()}"
            owe_notice(session, key, words, now)


def _row(session: Session, errand: Errand) -> Errand:
    return session.get(Errand, (errand.source, errand.job)) or errand


def _failed(session: Session, errand: Errand, error: str, now: datetime) -> Errand:
    row = _row(session, errand)
    row.failures += 1
    row.error = fit(error)
    row.failing_since = row.failing_since or now
    return row
