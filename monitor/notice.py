"""Notice what the brand already answered natively, source by source.

Where a platform shows the answer within the post, the poll brings it; here is for
those that only list what an account wrote.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors import Noticer
from monitor.errands import Runner, Watched
from monitor.models import Errand
from monitor.store import Own, Store

log = logging.getLogger(__name__)
JOB = "notice"
MOST_PAGES = 20
"""Pages read at one go; the rest is read at the next tick."""


@dataclass(frozen=True, slots=True)
class Noticing:
    """Asks each source that can list the brand's own answers, as often as it polls."""

    store: Store
    watches: Sequence[Watched]
    now: Callable[[], datetime]

    def run(self) -> None:
        """Do what is due. Failures are noted in the source's errand, never raised."""
        runner = Runner(JOB, self.store, self.now)
        for watch in self.watches:
            connector = watch.connector
            if isinstance(connector, Noticer):
                look = _Look(self, watch, connector)
                runner.run(watch, watch.every, look.walk)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at what a source's account answered."""

    noticing: Noticing
    watch: Watched
    noticer: Noticer

    def walk(self, errand: Errand) -> bool:
        """Read pages until there are no more; say whether some are left.

        Each page is kept with its cursor, so that a failure loses none.
        """
        cursor = errand.cursor
        for _ in range(MOST_PAGES):
            found = self.noticer.own_replies(cursor)
            own = [Own(self.watch.platform, one) for one in found.replies]
            store, now = self.noticing.store, self.noticing.now()
            if changed := store.own_replies.record(errand, found.cursor, own, now):
                log.info("%s: %d answered natively", self.watch.name, changed)
            if not found.more:
                return False
            cursor = dict(found.cursor)
        return True
