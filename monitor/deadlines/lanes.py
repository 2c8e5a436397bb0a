"""Channels that wait, as reminders see them. Their rows are the outbox's too."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors import Refused, Unavailable
from monitor.deadlines.sender import Paced, Reminding
from monitor.models import Lane
from monitor.rules.backoff import backoff
from monitor.store import Store

FIRST = timedelta(seconds=5)
AWAY = timedelta(minutes=2)
MENDED = timedelta(minutes=10)


@dataclass(slots=True)
class Lanes:
    """Which channels take a word in this round. A sender without lanes has one."""

    store: Store
    sender: Reminding
    troubled: dict[str, Lane] = field(default_factory=dict)
    shut: set[str] = field(default_factory=set)

    @classmethod
    def at(cls, now: datetime, store: Store, sender: Reminding) -> "Lanes":
        if not isinstance(sender, Paced):
            return cls(store, sender)
        troubled = dict(store.lanes.troubled())
        shut = {name for name, lane in troubled.items() if lane.wait_until > now}
        return cls(store, sender, troubled, shut)

    def of(self, brand: str) -> str:
        return self.sender.lane(brand) if isinstance(self.sender, Paced) else ""

    def is_open(self, lane: str) -> bool:
        if lane in self.shut:
            return False
        return not isinstance(self.sender, Paced) or self.sender.ready(lane)

    def shut_brands(self, brands: Collection[str]) -> list[str]:
        """Return the brands whose cards stand in a channel that waits."""
        return [name for name in brands if self.of(name) in self.shut]

    def works(self, lane: str) -> None:
        if self.troubled.pop(lane, None):
            self.store.lanes.clear(lane)

    def waits(self, lane: str, error: Unavailable, now: datetime) -> None:
        """Have a lane wait as long as it asks, or a while."""
        self.shut.add(lane)
        if isinstance(self.sender, Paced):
            asked = error.retry_after
            until = now + (min(self._wait(lane), AWAY) if asked is None else asked)
            self.store.lanes.hold(lane, until, str(error), failed=asked is None)

    def refused(self, lane: str, error: Refused, now: datetime) -> None:
        """Have a lane wait for a person; the store tells the operator once."""
        self.shut.add(lane)
        if isinstance(self.sender, Paced):
            until = now + min(self._wait(lane), MENDED)
            self.store.lanes.refuse(lane, until, str(error), now)

    def _wait(self, lane: str) -> timedelta:
        before = self.troubled.get(lane)
        return backoff((before.failures if before else 0) + 1, FIRST, None)
