"""How fast we may speak: Slack takes about one message per second and channel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

PER_SECOND = 1.0
BURST = 3


@dataclass(slots=True)
class Pace:
    """A bucket of tokens per lane, filled by the clock, in memory: Slack keeps score.

    What Slack asked for in so many words is kept in the database, not here.
    """

    now: Callable[[], datetime]
    _left: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def ready(self, lane: str) -> bool:
        return self._tokens(lane) >= 1

    def spend(self, lane: str) -> None:
        self._left[lane] = (self._tokens(lane) - 1, self.now())

    def _tokens(self, lane: str) -> float:
        left, at = self._left.get(lane, (float(BURST), self.now()))
        seconds = max((self.now() - at).total_seconds(), 0.0)
        return min(float(BURST), left + seconds * PER_SECOND)
