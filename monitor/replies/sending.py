"""Send what people wrote, exactly once: claim, look for a newer answer, send, adopt.

A row found in `sending` was claimed by a process that died or lost its connection:
it is looked up before any second try.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors import (
    ConnectorError,
    Gone,
    OwnerReply,
    Posted,
    Refused,
    Replier,
    Unavailable,
)
from monitor.models import Mention, ReplyRow
from monitor.replies.answerable import Answerable
from monitor.rules import outcome
from monitor.rules.outcome import Outcome
from monitor.rules.reply import (
    SKEW,
    Standing,
    is_seen,
    judge,
    look_again,
    not_open,
    read,
    target,
    wait,
)
from monitor.rules.status import CLOSED
from monitor.rules.text import fit
from monitor.store import Store

log = logging.getLogger(__name__)
STALE = timedelta(minutes=4)
"""A claim older than this is nobody's any more: no call takes so long. (A body may
take two minutes, see `connectors/http.py`.)"""
PATIENCE = 3
"""Failures in a row after which the operator is told."""
LOOK_BACK = timedelta(days=1)
GIVE_UP = timedelta(days=1)
"""A reply that could not be looked up for so long is a person's to judge: nobody can
work on a mention whose reply is on its way."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Brings submitted replies to their platforms, and settles unclear ones."""

    store: Store
    answerable: Answerable
    now: Callable[[], datetime]

    def send(self, limit: int = 20, source: str | None = None) -> int:
        """Send what is due, up to `limit` per source; return how many are out.

        With `source` only its replies, so that a slow platform holds up no other's.
        """
        due = self.store.replies.due_sources(self.now())
        return sum(
            self._send_to(one, limit) for one in due if source is None or one == source
        )

    def give_back(self, limit: int = 20) -> None:
        """Give replies back that nobody would ever send: those to sources that are no
        longer in the config, or take no replies any more."""
        for source in self.store.replies.due_sources(self.now()):
            if not self.answerable.takes_replies(source):
                self._send_to(source, limit)

    def reconcile(self) -> int:
        """Settle rows whose outcome is unclear; return how many.

        Found on the platform: adopted. Not found, once it would surely show: queued
        again, unless a defect of ours kept it from going out.
        """
        now = self.now()
        return sum(
            self._settle(row) for row in self.store.replies.unclear(now - STALE, now)
        )

    def _send_to(self, source: str, limit: int) -> int:
        sent = 0
        for row in self.store.replies.due(source, self.now(), limit):
            if not self.store.replies.claim(row, self.now()):
                continue
            try:
                done = self._send(row)
            except Unavailable as e:
                self._later(row, e, source)
                break  # it answers nobody now: the next reply waits, unclaimed
            # Outside the try: what is out did not fail. Where this cannot be noted
            # the row stays claimed, and is looked up.
            if done and self.store.replies.settle(row, done, self.now()):
                sent += done.is_sent
        return sent

    def _send(self, row: ReplyRow) -> Outcome | None:
        """Return how it ended; None: that is not clear yet.

        Raises:
            Unavailable: it is not out, or that is `unclear`.
        """
        try:
            return self._hand_over(row)
        except Unavailable:
            raise
        except Gone as e:
            return outcome.gone(row, str(e), self.now())
        except Refused as e:
            return self._refused(row, e)
        except Exception as e:
            # It may be out all the same. One defect must hold up no other row.
            log.exception("reply %s met a defect", row.id)
            self.store.replies.note(row, error=f"a defect ({type(e).__name__})")
            return None

    def _hand_over(self, row: ReplyRow) -> Outcome | None:
        mention = self._mention(row)
        replier, can = (
            self.answerable.replier(mention),
            self.answerable.allowed(mention),
        )
        if mention.status in CLOSED:
            return outcome.refused(row, not_open(mention))
        if replier is None or not can.ok:
            return outcome.refused(row, can.reason)
        if known := self._look(replier, mention, row):
            return known
        if not self.store.replies.renew(row, self.now()):
            return None  # we slept so long that somebody else has it
        posted = replier.reply(target(mention), row.text)
        return outcome.sent(row, posted, mention.platform, self.now())

    def _look(
        self, replier: Replier, mention: Mention, row: ReplyRow
    ) -> Outcome | None:
        """Return what is to be done instead of sending; None: the way is free."""
        try:
            standing = replier.standing_reply(target(mention))
            verdict = judge(standing, read(row.seen), row.text, row.created_at)
            if standing is None or verdict is Standing.FREE:
                return None
            if verdict is Standing.OURS:
                ours: Posted | None = _as_posted(standing)
            else:
                # A platform may show our words changed: it knows them better.
                ours = self._find(replier, mention, row) if row.attempts > 1 else None
        except Unavailable as e:
            raise _plain(e) from e
        if ours:
            return outcome.sent(row, ours, mention.platform, self.now())
        named = self.store.own_replies.named(mention, standing)
        return outcome.answered_natively(row, named, mention.platform, self.now())

    def _refused(self, row: ReplyRow, refusal: Refused) -> Outcome | None:
        """Take a refusal, unless it is of a second copy: an earlier try may show only
        now, after it could not be found."""
        mention, now = self._mention(row), self.now()
        replier = self.answerable.replier(mention)
        posted = None
        try:
            if row.attempts > 1 and replier:
                posted = self._find(replier, mention, row)
        except Unavailable as e:
            log.warning("reply %s is refused, and cannot be looked up: %s", row.id, e)
            return None
        except Refused as e:
            log.warning("reply %s and its look-up are refused: %s", row.id, e)
        except Gone as e:
            return outcome.gone(row, str(e), now)
        if posted:
            return outcome.sent(row, posted, mention.platform, now)
        return outcome.refused(row, str(refusal))

    def _later(self, row: ReplyRow, e: Unavailable, source: str) -> None:
        now = self.now()
        if e.unclear:
            log.warning("reply %s to %s is unclear: %s", row.id, source, e)
        else:
            due = now + wait(row.attempts, e.retry_after)
            self.store.replies.requeue(row, due, fit(str(e)))
        if e.retry_after:
            self.store.replies.postpone(source, now + e.retry_after)
        if e.tell or row.attempts >= PATIENCE:
            self._tell(source, f"replies to {source} wait and are tried again: {e}")

    def _settle(self, row: ReplyRow) -> bool:
        mention, now = self._mention(row), self.now()
        replier = self.answerable.replier(mention)
        if replier is None:
            lost = Refused(f"source {mention.source} cannot reply any more")
            return self._look_later(row, mention, lost)
        if (row.attempt_at or now) > now - replier.settle:
            return False
        try:
            posted = self._find(replier, mention, row)
        except Gone as e:
            return self.store.replies.settle(row, outcome.gone(row, str(e), now), now)
        except Exception as e:  # noqa: BLE001 - one look-up must not hold up the others
            return self._look_later(row, mention, e)
        if posted:
            out = outcome.sent(row, posted, mention.platform, now)
            return self.store.replies.settle(row, out, now)
        return self._not_found(row)

    def _not_found(self, row: ReplyRow) -> bool:
        now = self.now()
        if row.error:
            notice = f"reply {row.id} could not be sent: {row.error}; please report it"
            out = outcome.refused(row, row.error, notice)
            return self.store.replies.settle(row, out, now)
        # The first time at once; then slower, for it may be what kills us.
        due = now if row.attempts == 1 else now + wait(row.attempts, None)
        return self.store.replies.requeue(row, due, "it never arrived")

    def _look_later(self, row: ReplyRow, mention: Mention, e: Exception) -> bool:
        now = self.now()
        asked = e.retry_after if isinstance(e, Unavailable) else None
        pause = look_again(row.attempt_at or now, now, asked)
        self.store.replies.note(row, due_at=now + pause)
        if isinstance(e, ConnectorError):
            why = str(e)
            log.warning("reply %s cannot be looked up yet: %s", row.id, why)
        else:
            why = f"a defect ({type(e).__name__})"
            log.error("reply %s cannot be looked up", row.id, exc_info=e)
        if now - (row.attempt_at or now) >= GIVE_UP:
            out = outcome.left_unclear(row, why, mention.url)
            return self.store.replies.settle(row, out, now)
        if not isinstance(e, Unavailable) or pause > STALE:
            self._tell(
                f"{row.id}:unclear",
                f"whether reply {row.id} by {row.author} is out on {mention.platform} "
                f"is unclear, and cannot be looked up: {why}; see {mention.url}",
            )
        return False

    def _find(self, replier: Replier, mention: Mention, row: ReplyRow) -> Posted | None:
        """Look for any try of this reply, not only the last: one may show late."""
        since = row.created_at
        if row.attempt_at:
            since = max(since, row.attempt_at - LOOK_BACK)
        posted = replier.find_reply(target(mention), row.text, since - SKEW)
        return None if posted and is_seen(posted, read(row.seen)) else posted

    def _tell(self, about: str, text: str) -> None:
        """Tell the operator, once per matter and UTC day."""
        now = self.now()
        self.store.outbox.notice(f"reply:{about}:{now:%Y-%m-%d}", text, now)

    def _mention(self, row: ReplyRow) -> Mention:
        mention = self.store.mentions.get(row.mention_id)
        if mention is None:
            raise LookupError(f"there is no mention {row.mention_id}")
        return mention


def _as_posted(standing: OwnerReply) -> Posted:
    return Posted(id=standing.id, url=standing.url, posted_at=standing.posted_at)


def _plain(e: Unavailable) -> Unavailable:
    """Return the failure of a question: nothing was sent, that much is clear."""
    return Unavailable(str(e), retry_after=e.retry_after, tell=e.tell)
