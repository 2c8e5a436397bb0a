"""The database, as the questions and changes the application needs.

The only package that opens a session.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from monitor.models import Status
from monitor.store.corrections import Correction, correct, corrections
from monitor.store.database import Database, DatabaseError
from monitor.store.debts import Change
from monitor.store.desk import DeskRows
from monitor.store.digest import Weeks
from monitor.store.digests import Digests, OwedMessage
from monitor.store.errands import Errands
from monitor.store.facts import Span
from monitor.store.intake import Intake, Outrun, Recorded, record
from monitor.store.lanes import Lanes
from monitor.store.ledger import Ledger, audit
from monitor.store.mentions import Filter, Key, Mentions
from monitor.store.moves import Move, Overtaken, move
from monitor.store.outbox import OutboxRows, Through
from monitor.store.own_replies import Own, OwnReplies
from monitor.store.rechecks import Rechecks
from monitor.store.reminders import Owed, ReminderRows
from monitor.store.replies import Exchange, ReplyRows, Settled, UnderWay
from monitor.store.retention import erase, forget_records, forget_unmatched
from monitor.store.slack import SlackRows
from monitor.store.sources import Sources
from monitor.store.spend import SourceMeter, spent_by_source
from monitor.store.version import HEAD, version
from sentiment import Label


class Store:
    """Everything the application remembers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.mentions = Mentions(database)
        self.sources = Sources(database)
        self.outbox = OutboxRows(database)
        self.replies = ReplyRows(database)
        self.errands = Errands(database)
        self.own_replies = OwnReplies(database)
        self.rechecks = Rechecks(database)
        self.weeks = Weeks(database)
        self.digests = Digests(database)
        self.lanes = Lanes(database)
        self.slack = SlackRows(database)
        self.desk = DeskRows(database)
        self.reminders = ReminderRows(database)

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

    def forget_records(self, own: datetime, hours: datetime, aside: datetime) -> None:
        """Delete own answers, hourly counts and set-aside rows from before then."""
        forget_records(self._database, own, hours, aside)

    def correct(self, mention_id: int, label: Label, actor: str, now: datetime) -> None:
        """Keep what a person says a mention feels like, beside the model's answer."""
        correct(self._database, mention_id, label, actor, now)

    def corrections(self) -> Iterator[Correction]:
        """Yield what staff corrected, with the text."""
        return corrections(self._database)

    def meter(self, source: str, now: Callable[[], datetime]) -> SourceMeter:
        """Return the ledger of what a source spends."""
        return SourceMeter(self._database, source, now)

    def spent(self, since: date) -> Mapping[str, int]:
        """Return micro-dollars per source since that UTC day."""
        return spent_by_source(self._database, since)

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
    "DeskRows",
    "Digests",
    "Errands",
    "Exchange",
    "Filter",
    "Intake",
    "Key",
    "Lanes",
    "Ledger",
    "Mentions",
    "Move",
    "OutboxRows",
    "Outrun",
    "Overtaken",
    "Owed",
    "OwedMessage",
    "Own",
    "OwnReplies",
    "Rechecks",
    "Recorded",
    "ReminderRows",
    "ReplyRows",
    "Settled",
    "SlackRows",
    "SourceMeter",
    "Sources",
    "Span",
    "Store",
    "Through",
    "UnderWay",
    "Weeks",
    "version",
]
