"""What sources cost: a ledger per UTC day, written as the money goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func
from sqlmodel import col, select

from monitor.models import Spend
from monitor.store.database import Database, insert_into


@dataclass(frozen=True, slots=True)
class SourceMeter:
    """One source's ledger; implements `connectors.Meter`. Amounts: micro-dollars."""

    database: Database
    source: str
    now: Callable[[], datetime]

    def spent(self, since: date) -> int:
        query = select(func.coalesce(func.sum(Spend.micros), 0)).where(
            Spend.source == self.source, Spend.day >= since.isoformat()
        )
        with self.database.read() as session:
            return int(session.exec(query).one())

    def add(self, what: str, units: int, micros: int) -> None:
        day = self.now().astimezone(UTC).date().isoformat()
        with self.database.write() as session:
            row = insert_into(session, Spend).values(
                source=self.source, day=day, what=what, units=units, micros=micros
            )
            session.execute(
                row.on_conflict_do_update(
                    index_elements=["source", "day", "what"],
                    set_={
                        "units": col(Spend.units) + units,
                        "micros": col(Spend.micros) + micros,
                    },
                )
            )


def spent_by_source(database: Database, since: date) -> Mapping[str, int]:
    """Return micro-dollars per source since that UTC day."""
    query = (
        select(Spend.source, func.sum(Spend.micros))
        .where(Spend.day >= since.isoformat())
        .group_by(Spend.source)
    )
    with database.read() as session:
        return {source: int(micros) for source, micros in session.exec(query)}
