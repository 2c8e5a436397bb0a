"""The way of a post: poll, match, drop the known, classify, decide, record."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors import Batch, Connector, Post, Refused, Unavailable
from monitor.config import Config
from monitor.models import SYSTEM, Checkpoint
from monitor.pipeline.around import look_around
from monitor.pipeline.feelings import classify, feeling_of
from monitor.pipeline.sorting import Pair, Sorted, own_answers, place_of, sort
from monitor.rules.backoff import backoff, next_poll
from monitor.rules.decide import Candidate, decide
from monitor.rules.match import Matcher
from monitor.rules.mention import known_again, to_mention
from monitor.store import Change, Intake, Outrun, Own, Recorded, Store
from sentiment import Classifier, ModelError

log = logging.getLogger(__name__)
TELL_AFTER = 3
"""Failures in a row after which the operator hears of a source."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One configured source, connected. `platform` is that of its posts."""

    name: str
    every: timedelta
    connector: Connector
    brands: Sequence[str] = ()
    history: datetime | None = None
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Calls its parts in order. What is decided, `monitor.rules` decides."""

    store: Store
    classifier: Classifier
    matcher: Matcher
    config: Config
    now: Callable[[], datetime]

    def poll_if_due(self, watch: Watch) -> Recorded | None:
        """Poll unless the source is paused or waiting; None: it was."""
        now = self.now()
        at = self.store.sources.checkpoint(watch.name, now)
        if at.paused_at is not None or at.next_poll_at > now:
            return None
        return self.poll(watch)

    def poll(self, watch: Watch) -> Recorded | None:
        """Poll once and record what came. None: nothing could be had; that is noted."""
        at = self.store.sources.checkpoint(watch.name, self.now())
        try:
            batch = watch.connector.poll(at.cursor)
        except Unavailable as e:
            self._postpone(watch, at, str(e), e.retry_after, tell=e.tell)
            return None
        except Refused as e:
            self.store.sources.pause(at, str(e), self.now())
            return None
        try:
            return self.store.record(self.digest(watch, batch, at.version))
        except Outrun as e:
            log.info("%s", e)
            return None

    def take(self, watch: Watch, posts: Sequence[Post]) -> Recorded | None:
        """Take in posts that were not polled. None: something changed meanwhile."""
        at = self.store.sources.checkpoint(watch.name, self.now())
        try:
            return self.store.record(
                self.digest(watch, Batch(posts, at.cursor or {}), at.version)
            )
        except Outrun as e:
            log.info("%s", e)
            return None

    def renew(self, watch: Watch, posts: Sequence[Post]) -> Recorded | None:
        """Take in posts that we know, as they now are: edits and answers show.

        What and when to poll stays as it is. None: some of it changed meanwhile.
        """
        at = self.store.sources.checkpoint(watch.name, self.now())
        batch = Batch(posts, at.cursor or {})
        intake = replace(self.digest(watch, batch, at.version), is_recheck=True)
        try:
            return self.store.record(intake)
        except Outrun as e:
            log.info("%s", e)
            return None

    def postpone_after(self, watch: Watch, error: Exception) -> None:
        """Ask later, after a defect or without a model; the cursor has not moved."""
        at = self.store.sources.checkpoint(watch.name, self.now())
        words = f"a defect ({type(error).__name__}); the log has its traceback"
        if isinstance(error, ModelError):
            words = str(error)
        self._postpone(watch, at, words)

    def _postpone(
        self,
        watch: Watch,
        at: Checkpoint,
        error: str,
        asked: timedelta | None = None,
        *,
        tell: bool = False,
    ) -> None:
        """Ask later; tell the operator once the failures go on."""
        now = self.now()
        wait = backoff(at.failures + 1, watch.every, asked)
        self.store.sources.postpone(at, now + wait, error, now)
        if tell or at.failures + 1 >= TELL_AFTER:
            self.store.sources.tell_failing(watch.name, now)

    def digest(self, watch: Watch, batch: Batch, version: int) -> Intake:
        """Turn a batch into what is to be recorded. Changes nothing."""
        now = self.now()
        found = sort(batch.posts, self.matcher, watch, self.store.mentions, self.config)
        own = own_answers(batch.posts, self.config)
        fresh = self._candidates(found.fresh, watch, found, own)
        again = self._candidates(found.again, watch, found, own)
        aside = {one.where: one for one in (*batch.set_aside, *found.poisoned)}
        rows = len({one.where for one in batch.set_aside})
        due = now if batch.more else next_poll(now, watch.every, watch.name, version)
        return Intake(
            source=watch.name,
            version=version,
            cursor=batch.cursor,
            now=now,
            next_poll_at=due,
            seen=found.seen + rows,
            known=found.repeated
            + sum(place_of(post) not in aside for post in found.known),
            new=[
                to_mention(one, decide(one, now), watch.name, now) for _, one in fresh
            ],
            changes=[
                change for pair, one in again if (change := _change(pair, one, now))
            ],
            unmatched=found.unmatched,
            set_aside=list(aside.values()),
            gaps=batch.gaps,
            cautions=batch.cautions,
            own=own,
        )

    def _candidates(
        self, pairs: Sequence[Pair], watch: Watch, found: Sorted, own: Sequence[Own]
    ) -> list[tuple[Pair, Candidate]]:
        """Give each pair its sentiment and surroundings; poisoned ones fall out."""
        changed = {pair.post_key: pair.post for pair in pairs if pair.is_changed}
        moods = classify(changed, self.classifier, found.poisoned)
        within = self.config.priorities.repeat_within
        around = look_around(pairs, self.store, self.now(), within, watch.history, own)
        return [
            (pair, Candidate(pair.post, pair.match, mood, known, self.config))
            for pair, known in zip(pairs, around, strict=True)
            if (mood := feeling_of(pair, moods))
        ]


def _change(pair: Pair, one: Candidate, now: datetime) -> Change | None:
    row = pair.row
    if row is None or row.id is None:
        return None
    update = known_again(one, row, now)
    if update is None:
        return None
    return Change(
        mention_id=row.id,
        rev=row.rev,
        values=update.values,
        what=update.what,
        old=update.old,
        new=update.new,
        reason=update.reason,
        actor=SYSTEM,
        is_quiet=update.is_quiet,
        was=update.was,
    )


__all__ = ["Pipeline", "Watch"]
