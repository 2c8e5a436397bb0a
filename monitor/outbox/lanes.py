"""Queues to channels as one round of deliveries sees them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors import Refused, Unavailable
from monitor.config import Config
from monitor.models import Lane
from monitor.outbox.sender import Laned, Sender
from monitor.rules.backoff import backoff
from monitor.store import Store, Through

FIRST = timedelta(seconds=5)
AWAY = timedelta(minutes=2)
"""The longest we let a channel wait that does not answer, unless it asks for more."""
MENDED = timedelta(minutes=10)
"""How long after a person mended a channel it may take us to notice."""


@dataclass(slots=True)
class Lanes:
    """Which channels take a message in this round. A sender without lanes has one."""

    store: Store
    sender: Sender
    config: Config
    troubled: dict[str, Lane]
    shut: set[str] = field(default_factory=set)

    @classmethod
    def at(cls, now: datetime, store: Store, sender: Sender, config: Config) -> "Lanes":
        if not isinstance(sender, Laned):
            return cls(store, sender, config, {})
        troubled = dict(store.lanes.troubled())
        shut = {name for name, lane in troubled.items() if lane.wait_until > now}
        return cls(store, sender, config, troubled, shut)

    def of(self, brand: str | None) -> str:
        return self.sender.lane(brand) if isinstance(self.sender, Laned) else ""

    def is_open(self, lane: str) -> bool:
        """Say whether a lane takes a message; one that is out of breath is shut."""
        if lane in self.shut:
            return False
        if isinstance(self.sender, Laned) and not self.sender.ready(lane):
            self.shut.add(lane)
            return False
        return True

    def through(self) -> Through | None:
        """Return which rows may go; None: all."""
        if not self.shut or not isinstance(self.sender, Laned):
            return None
        shut = [b.name for b in self.config.brands if self.of(b.name) in self.shut]
        # A brand that left the config goes where those without a channel go.
        others = self.of("") not in self.shut
        known = [b.name for b in self.config.brands if b.name not in shut]
        return Through(
            shut=shut,
            only=None if others else known,
            notices=self.of(None) not in self.shut,
        )

    def works(self, lane: str) -> None:
        if self.troubled.pop(lane, None):
            self.store.lanes.clear(lane)

    def waits(self, lane: str, error: Unavailable, now: datetime) -> datetime:
        """Have a lane wait as long as it asks, or a while; return until when."""
        before = self.troubled.get(lane)
        wait = min(backoff((before.failures if before else 0) + 1, FIRST, None), AWAY)
        asked = error.retry_after
        until = now + (wait if asked is None else asked)
        self.shut.add(lane)
        self.store.lanes.hold(lane, until, str(error), failed=asked is None)
        return until

    def refused(self, lane: str, error: Refused, now: datetime) -> None:
        """Have a lane wait for a person, and tell the operator."""
        before = self.troubled.get(lane)
        wait = min(backoff((before.failures if before else 0) + 1, FIRST, None), MENDED)
        self.shut.add(lane)
        self.store.lanes.refuse(lane, now + wait, str(error), now)
