"""The database, as the questions and changes the application needs.

The only package that opens a session.
"""

from collections.abc import Iterator
from datetime import datetime

from monitor.models import Status
from monitor.store.corrections import Correction, correct, corrections
from monitor.store.database import Database, DatabaseError
from monitor.store.debts import Change
from monitor.store.intake import Intake, Outrun, Recorded, record
from monitor.store.ledger import Ledger, audit
from monitor.store.mentions import Filter, Key, Mentions
from monitor.store.moves import Move, Overtaken, move
from monitor.store.outbox import OutboxRows
from monitor.store.retention import erase, forget_unmatched
from monitor.store.sources import Sources
from monitor.store.version import HEAD, version
from sentiment import Label


class Store:
    """Everything the application remembers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.mentions = Mentions(database)
        self.sources = Sources(database)
        self.outbox = OutboxRows(database)

    def record(self, intake: Intake) -> Recorded:
        """Keep one batch, its alerts and its cursor, all or nothing."""
        return record(self._database, intake)

    def move(self, mention_id: int, seen: Status, wanted: Move, now: datetime) -> None:
        """Change a mention's status, if it still is as the actor saw it."""
        move(self._database, mention_id, seen, wanted, now)

    def erase(self, closed_before: datetime, now: datetime) -> int:
        """Erase strangers' words of mentions closed before then; count them."""
        return erase(self._database, closed_before, now)

    def forget_unmatched(self, seen_before: datetime) -> int:
        """Delete posts that named no brand and were seen before then."""
        return forget_unmatched(self._database, seen_before)

    def correct(self, mention_id: int, label: Label, actor: str, now: datetime) -> None:
        """Keep what a person says a mention feels like, beside the model's answer."""
        correct(self._database, mention_id, label, actor, now)

    def corrections(self) -> Iterator[Correction]:
        """Yield what staff corrected, with the text."""
        return corrections(self._database)

    def audit(self) -> Ledger:
        """Read the ledger, and whether it adds up."""
        return audit(self._database)

    def close(self) -> None:
        self._database.close()


__all__ = [
    "HEAD",
    "Change",
    "Correction",
    "Database",
    "DatabaseError",
    "Filter",
    "Intake",
    "Key",
    "Ledger",
    "Mentions",
    "Move",
    "OutboxRows",
    "Outrun",
    "Overtaken",
    "Recorded",
    "Sources",
    "Store",
    "version",
]
