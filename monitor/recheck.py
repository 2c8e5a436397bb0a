"""Look again at posts we keep: edits show, and what is gone is erased at once."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic

from connectors import Author, Post, Rechecker, Target
from monitor.errands import Runner, W
from monitor.models import Errand, Mention
from monitor.store import Store

log = logging.getLogger(__name__)
JOB = "recheck"
MOST_CALLS = 5
"""Calls at one go; the rest is looked at in the next tick."""
PAUSE = timedelta(minutes=1)
"""How often we see whether anything is due. Each post has its own time besides."""


@dataclass(frozen=True, slots=True)
class Rechecking(Generic[W]):
    """Asks each source that can what became of its posts, open and young ones first.

    `renew` takes in posts as they now are, as polled ones are; it returns None where
    something changed meanwhile, so that they are asked for again.
    """

    store: Store
    watches: Sequence[W]
    renew: Callable[[W, Sequence[Post]], object | None]
    now: Callable[[], datetime]

    def run(self) -> None:
        """Do what is due. Failures are noted in the source's errand, never raised."""
        runner = Runner(JOB, self.store, self.now)
        for watch in self.watches:
            connector = watch.connector
            if isinstance(connector, Rechecker) and connector.recheck_limit > 0:
                look = _Look(self, watch, connector)
                runner.run(watch, PAUSE, look.walk)


@dataclass(frozen=True, slots=True)
class _Look(Generic[W]):
    """One look at what became of a source's posts."""

    rechecking: Rechecking[W]
    watch: W
    rechecker: Rechecker

    def walk(self, _errand: Errand) -> bool:
        """Look at what is due, call by call; say whether some is left."""
        limit = self.rechecker.recheck_limit
        for _ in range(MOST_CALLS):
            now = self.rechecking.now()
            due = self.rechecking.store.rechecks.due(self.watch.name, now, limit)
            if not due or not self._look(due):
                return False
            if len(due) < limit:
                return False
        return True

    def _look(self, due: Sequence[Mention]) -> bool:
        """Look at some posts; False: one changed meanwhile, so all stay due, or some
        were not reached, and those stay due.

        The next time is noted last: what fails before that is done again.
        """
        store, now = self.rechecking.store, self.rechecking.now()
        found = self.rechecker.recheck([_target(mention) for mention in due])
        posts = {(one.platform, one.post_id): one for one in due}
        gone = {key: found.gone[key[1]] for key in posts if key[1] in found.gone}
        if gone:
            closed = store.rechecks.gone(gone, now)
            log.info("%s: %d mentions are gone", self.watch.name, closed)
        stand = [post for post in found.posts if (post.platform, post.id) not in gone]
        if stand and self.rechecking.renew(self.watch, stand) is None:
            return False
        left = {*found.left}
        store.rechecks.plan([key for key in posts if key[1] not in left], now)
        return not left


def _target(mention: Mention) -> Target:
    return Target(
        id=mention.post_id,
        url=mention.url,
        author=Author(
            handle=mention.author,
            id=mention.author_id,
            name=mention.author_name,
            url=mention.author_url,
            followers=mention.followers,
        ),
        posted_at=mention.posted_at,
        kind=mention.kind,
        parent_id=mention.parent_id,
        root_id=mention.root_id,
        ref=mention.ref,
    )
