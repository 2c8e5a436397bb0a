"""What is done beside the mentions: silence is told, old words are erased."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.config import Retention
from monitor.rules.silence import BASELINE_DAYS, Silence, silence
from monitor.store import Store

OWN_REPLIES = timedelta(days=30)
"""A post that comes in later than this after its answer is hardly new to anybody."""
HOURS = timedelta(days=35)
SET_ASIDE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Housekeeper:
    """Looks after sources and stored words."""

    store: Store
    retention: Retention
    now: Callable[[], datetime]

    def tell_silence(self, sources: Iterable[str]) -> list[str]:
        """Tell of sources that fell silent, once per silence; return their names."""
        now = self.now()
        told = []
        for name in sources:
            at = self.store.sources.checkpoint(name, now)
            found = self.silence_of(name)
            if found and at.silent_since is None:
                self.store.sources.tell_silent(name, found.since, found.words, now)
                told.append(name)
        return told

    def silence_of(self, source: str) -> Silence | None:
        """Return the silence of one source, if quiet is unusual for it."""
        now = self.now()
        at = self.store.sources.checkpoint(source, now)
        if at.last_post_at is None or at.last_success_at is None or at.paused_at:
            return None
        start = at.last_post_at.astimezone(UTC) - timedelta(days=BASELINE_DAYS)
        days = self.store.sources.days(source, start.date().isoformat())
        hours = self.store.sources.hours(source, f"{start:%Y-%m-%dT%H}")
        return silence(at.last_post_at, days, at.last_success_at, hours)

    def erase(self) -> tuple[int, int]:
        """Erase what is past its retention; return how many mentions and posts."""
        now = self.now()
        mentions = self.store.erase(now - self.retention.text, now)
        posts = self.store.forget_unmatched(now - self.retention.unmatched)
        self.store.forget_records(now - OWN_REPLIES, now - HOURS, now - SET_ASIDE)
        return mentions, posts
