"""How an errand is run: when due, with its failures noted. Never touches polling."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from connectors import Connector, Refused, Unavailable
from monitor.models import Errand
from monitor.rules.backoff import backoff
from monitor.store import Store

log = logging.getLogger(__name__)


class Watched(Protocol):
    """A source that errands are done for. `platform` is that of its posts."""

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> timedelta: ...

    @property
    def platform(self) -> str: ...

    @property
    def connector(self) -> Connector: ...


W = TypeVar("W", bound=Watched)


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs one kind of errand. All that it knows of them stands in their rows."""

    job: str
    store: Store
    now: Callable[[], datetime]

    def run(
        self, watch: Watched, every: timedelta, work: Callable[[Errand], bool]
    ) -> None:
        """Do `work` if it is due; it returns whether more could be done at once."""
        errand = self.store.errands.at(watch.name, self.job, self.now())
        if errand.paused_at is not None or errand.next_at > self.now():
            return
        try:
            more = work(errand)
        except Unavailable as e:
            self._postpone(errand, every, str(e), e.retry_after, tell=e.tell)
        except Refused as e:
            self.store.errands.pause(errand, str(e), self.now())
        except Exception as e:
            # A defect of one source must not keep the others waiting.
            log.exception("%s of %s failed", self.job, watch.name)
            words = f"a defect ({type(e).__name__}); the log has its traceback"
            self._postpone(errand, every, words)
        else:
            now = self.now()
            self.store.errands.done(errand, now if more else now + every, now)

    def _postpone(
        self,
        errand: Errand,
        every: timedelta,
        error: str,
        asked: timedelta | None = None,
        *,
        tell: bool = False,
    ) -> None:
        now = self.now()
        until = now + backoff(errand.failures + 1, every, asked)
        self.store.errands.postpone(errand, until, error, now, tell=tell)
