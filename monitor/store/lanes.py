"""Queues to channels: which of them wait, until when, and for whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from monitor.models import Lane
from monitor.store.database import Database, insert_into
from monitor.store.debts import owe_notice


class Lanes:
    """Kept across restarts, so that a channel which asked for time gets it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def troubled(self) -> Mapping[str, Lane]:
        """Return the lanes that wait, or failed last, by name."""
        with self._database.read() as session:
            return {lane.name: lane for lane in session.exec(select(Lane))}

    def refused(self) -> Sequence[Lane]:
        """Return the lanes that a person must mend; each says how."""
        query = select(Lane).where(col(Lane.refused_at).is_not(None))
        with self._database.read() as session:
            return session.exec(query.order_by(Lane.name)).all()

    def hold(self, name: str, until: datetime, error: str, *, failed: bool) -> None:
        """Have a lane wait by itself. `failed`: it was no mere request for time."""
        with self._database.write() as session:
            lane = _row(session, name, until)
            lane.wait_until, lane.error = until, error
            lane.failures += failed

    def refuse(self, name: str, until: datetime, error: str, now: datetime) -> None:
        """Have a lane wait for a person; it is tried again at `until`.

        The operator is told once per occasion.
        """
        with self._database.write() as session:
            lane = _row(session, name, until)
            lane.wait_until, lane.failures = until, lane.failures + 1
            if lane.refused_at is None or lane.error != error:
                lane.refused_at = lane.refused_at or now
                key = f"lane:{name}:{now.isoformat()}"
                owe_notice(session, key, f"messages to {name} wait: {error}", now)
            lane.error = error

    def clear(self, name: str) -> None:
        """Note that a lane works."""
        with self._database.write() as session:
            if lane := session.get(Lane, name):
                session.delete(lane)

    def resume(self, now: datetime) -> None:
        """Try every refused lane again now, after a person may have mended it."""
        with self._database.write() as session:
            query = select(Lane).where(col(Lane.refused_at).is_not(None))
            for lane in session.exec(query):
                lane.wait_until = now


def _row(session: Session, name: str, until: datetime) -> Lane:
    """Return the lane's row, made where there is none, for this transaction."""
    made = insert_into(session, Lane).values(name=name, wait_until=until, failures=0)
    session.execute(made.values(error="").on_conflict_do_nothing())
    return session.get_one(Lane, name, with_for_update=True)
