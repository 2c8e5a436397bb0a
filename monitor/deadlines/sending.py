"""Say what is due, each word exactly once: claim, send, adopt what is unclear.

A row found in `sending` was claimed by a process that died or lost its connection: it
is looked up before any second try.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from connectors import ConnectorError, Gone, Refused, Unavailable
from monitor.cards import Card, card
from monitor.config import Config
from monitor.deadlines.lanes import Lanes
from monitor.deadlines.sender import Post, Reminding
from monitor.models import Delivery, Mention, Reminder
from monitor.rules.backoff import backoff
from monitor.rules.reminders import Word, called, escalation, may_go_at
from monitor.store import Store

log = logging.getLogger(__name__)
STALE = timedelta(seconds=60)
"""A claim older than this is nobody's any more: no send takes so long."""
RETRY = timedelta(seconds=5)
LOOK_BACK = timedelta(minutes=15)
"""How far the other side's clock may be behind ours and a message still be found."""


@dataclass(frozen=True, slots=True)
class Due:
    """A row, and what it says of its mention as that now is."""

    row: Reminder
    word: Word
    card: Card


@dataclass(frozen=True, slots=True)
class Sending:
    """One round: what is due goes out, channel by channel."""

    store: Store
    sender: Reminding
    config: Config
    now: Callable[[], datetime]

    def send(self) -> int:
        """Say what is due; return how many words were said.

        Where many are due at once in one channel they are said in one message.
        """
        lanes = Lanes.at(self.now(), self.store, self.sender)
        said = 0
        for (lane, _), due in self._due(lanes).items():
            if len(due) >= self.sender.remind_together:
                said += self._say(due, lane, lanes)
                continue
            for one in due:
                said += self._say([one], lane, lanes)
        return said

    def reconcile(self) -> int:
        """Settle rows whose outcome is unclear; return how many."""
        before = self.now() - max(STALE, self.sender.settle)
        rows = sorted(self.store.reminders.unclear(before), key=_key)
        return sum(
            self._settle(key, list(same)) for key, same in groupby(rows, key=_key)
        )

    def _due(self, lanes: Lanes) -> dict[tuple[str, str | None], list[Due]]:
        """Return what is to be said, by queue and by channel of its own."""
        now = self.now()
        self.store.reminders.tidy(now)
        shut = lanes.shut_brands([brand.name for brand in self.config.brands])
        found: dict[tuple[str, str | None], list[Due]] = defaultdict(list)
        for row, mention in self.store.reminders.due(now, shut):
            if due := self._ready(row, mention, now):
                place = due.word.channel
                found[place or lanes.of(mention.brand), place].append(due)
        return found

    def _ready(self, row: Reminder, mention: Mention, now: datetime) -> Due | None:
        """Return what a row says; None: the team, or the card, is not there yet."""
        brand = self.config.brand(mention.brand)
        when = may_go_at(row.due_at, now, brand)
        if when > now:
            self.store.reminders.postpone(row, when)
            return None
        alert = self.store.outbox.alert_of(row.mention_id)
        if alert is None or alert.ref is None or alert.state is not Delivery.SENT:
            return None
        group, _ = escalation(self.config.slack, mention.brand)
        calls, otherwise = called(row.kind, mention.assignee, group)
        channel = row.body.get("channel")
        word = Word(row.kind, row.for_due_at, alert.ref, calls, otherwise, channel)
        return Due(row, word, card(mention, brand))

    def _say(self, due: Sequence[Due], lane: str, lanes: Lanes) -> int:
        """Prepare, claim, say; return how many words went out."""
        if not lanes.is_open(lane):
            return 0
        rows = [one.row for one in due]
        key = rows[0].post_key
        together = f"many:{key}:{rows[0].attempts + 1}" if len(rows) > 1 else ""
        post = self._prepared(due, lane, lanes)
        if post is None or not self.store.reminders.claim(rows, together, self.now()):
            return 0
        ref = self._post(post, together or key, rows, lane, lanes)
        # Outside the try: what is out did not fail. Where this cannot be noted
        # the row stays claimed, and is looked up.
        if ref is None:
            return 0
        lanes.works(lane)
        return sum(self.store.reminders.sent(row, ref, self.now()) for row in rows)

    def _prepared(self, due: Sequence[Due], lane: str, lanes: Lanes) -> Post | None:
        """Return what says it; None: not now. Nothing is claimed yet."""
        try:
            return self.sender.remind([(one.word, one.card) for one in due])
        except Refused as e:
            lanes.refused(lane, e, self.now())
        except Unavailable as e:
            lanes.waits(lane, e, self.now())
        except Exception as e:
            rows = [one.row for one in due]
            log.exception("%s cannot be prepared", rows[0].post_key)
            if self.store.reminders.claim(rows, "", self.now()):
                self._note(rows, e)
        return None

    def _post(
        self, post: Post, key: str, rows: Sequence[Reminder], lane: str, lanes: Lanes
    ) -> str | None:
        """Return what the other side calls it; None: it is not, or not surely, out."""
        try:
            return post(key)
        except Gone as e:
            self._card_is_gone(rows, e)
        except Refused as e:
            self._requeue(rows, e)
            lanes.refused(lane, e, self.now())
        except Unavailable as e:
            lanes.waits(lane, e, self.now())
            if not e.unclear:
                self._requeue(rows, e)
        except Exception as e:
            # It may be out all the same. One defect must hold up no other row.
            log.exception("%s met a defect", key)
            self._note(rows, e)
        return None

    def _note(self, rows: Sequence[Reminder], defect: Exception) -> None:
        for row in rows:
            self.store.reminders.note(row, f"a defect ({type(defect).__name__})")

    def _card_is_gone(self, rows: Sequence[Reminder], error: Gone) -> None:
        """Owe the card again; the word comes below the new one."""
        for row in rows:
            alert = self.store.outbox.alert_of(row.mention_id)
            if alert and alert.ref:
                self.store.outbox.repost(row.mention_id, alert.ref, self.now())
        self._requeue(rows, error)

    def _requeue(self, rows: Sequence[Reminder], error: ConnectorError) -> None:
        """Give back what was not said. It stays due as planned: its channel waits."""
        for row in rows:
            self.store.reminders.requeue(row, row.due_at, str(error))

    def _settle(self, key: str, rows: Sequence[Reminder]) -> int:
        """Adopt what arrived; queue what did not; fail aloud what a defect stopped."""
        first = min(row.attempt_at or self.now() for row in rows)
        try:
            ref = self.sender.find(key, first - LOOK_BACK)
        except Gone:
            ref = None  # its card was deleted, and all that stood below it
        except ConnectorError as e:
            log.warning("%s cannot be looked up yet: %s", key, e)
            return 0
        except Exception:
            # A defect of one look-up must not keep the other rows waiting.
            log.exception("%s cannot be looked up", key)
            return 0
        return sum(self._settle_row(row, ref) for row in rows)

    def _settle_row(self, row: Reminder, ref: str | None) -> bool:
        now = self.now()
        if ref is not None:
            return self.store.reminders.sent(row, ref, now)
        if row.error:
            words = f"mention {row.mention_id}: its reminder met {row.error}"
            self.store.outbox.notice(
                f"failed:{row.post_key}", f"{words}; the log has its traceback", now
            )
            return self.store.reminders.fail(row, row.error)
        # The first time at once; then slower, for it may be what kills us.
        wait = backoff(row.attempts, RETRY, None)
        due = row.due_at if row.attempts == 1 else now + wait
        return self.store.reminders.requeue(row, due, "it never arrived")


def _key(row: Reminder) -> str:
    """Return what a claimed row was said under."""
    return str(row.body.get("together") or row.post_key)
