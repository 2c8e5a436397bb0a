"""Pay what we owe: deliver due rows, back off, look up what is unclear.

Row first, claim, send, adopt. A row found in `sending` was claimed by a process that
died or lost its connection: it is looked up before any second try.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from connectors import ConnectorError, Refused, Unavailable
from monitor.cards import Card, card
from monitor.config import Config
from monitor.models import Delivery, Mention, Outbox, OutboxKind, Status
from monitor.rules.backoff import backoff
from monitor.store import Store

log = logging.getLogger(__name__)
STALE = timedelta(seconds=30)
"""A claim older than this is nobody's any more: no send takes so long."""
RETRY = timedelta(seconds=5)
LOOK_BACK = timedelta(minutes=2)


class Sender(Protocol):
    """Where cards go: Slack, or the console.

    Every method raises `Unavailable` (with `unclear` where it may have arrived all
    the same) or `Refused`; each returns what the other side calls the message.
    `settle` is how long a message may take to be found after it arrived.
    """

    @property
    def settle(self) -> timedelta: ...

    def alert(self, card: Card, post_key: str) -> str: ...

    def update(self, card: Card, alert_ref: str, post_key: str) -> str: ...

    def notice(self, text: str, post_key: str) -> str: ...

    def find(self, post_key: str, since: datetime) -> str | None:
        """Return the message that carries `post_key`, if it arrived."""
        ...


class Unneeded(Exception):
    """Nobody needs this row any more; the message says why."""


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Sends outbox rows, each exactly once as far as the other side can be asked."""

    store: Store
    sender: Sender
    config: Config
    now: Callable[[], datetime]

    def deliver(self, limit: int = 100) -> int:
        """Send what is due, most pressing first; return how many rows were sent.

        A refusal stops the round: a person must act, and the queue waits.
        """
        sent = 0
        for row in self.store.outbox.due(self.now(), limit):
            if not self.store.outbox.claim(row, self.now()):
                continue
            try:
                ref = self._send(row)
            except Refused as e:
                log.warning("delivery is refused, somebody must act: %s", e)
                self.store.outbox.requeue(row, self._later(row), str(e))
                break
            # Outside the try: what is out did not fail. Where this cannot be noted
            # the row stays claimed, and is looked up.
            if ref is not None:
                sent += self.store.outbox.sent(row, ref, self.now())
        return sent

    def reconcile(self) -> int:
        """Settle rows whose outcome is unclear; return how many.

        Found on the other side: adopted. Not found, once it would surely show: queued
        again, unless a defect of ours kept it from going out.
        """
        now = self.now()
        rows = self.store.outbox.unclear(now - max(STALE, self.sender.settle))
        return sum(self._settle(row) for row in rows)

    def _settle(self, row: Outbox) -> bool:
        now = self.now()
        try:
            ref = self.sender.find(row.post_key, (row.attempt_at or now) - LOOK_BACK)
        except ConnectorError as e:
            log.warning("%s cannot be looked up yet: %s", row.post_key, e)
            return False
        except Exception:
            # A defect of one look-up must not keep the other rows waiting.
            log.exception("%s cannot be looked up", row.post_key)
            return False
        if ref is not None:
            return self.store.outbox.sent(row, ref, now)
        if row.error:
            return self.store.outbox.fail(row, row.error)
        # The first time at once; then slower, for it may be what kills us.
        due = now if row.attempts == 1 else self._later(row)
        return self.store.outbox.requeue(row, due, "it never arrived")

    def _send(self, row: Outbox) -> str | None:
        """Return what the other side calls it; None: it is not, or not surely, out."""
        try:
            return self._hand_over(row)
        except Unneeded as e:
            self.store.outbox.drop(row, str(e), self.now())
        except Unavailable as e:
            if not e.unclear:
                wait = e.retry_after or timedelta(0)
                self.store.outbox.requeue(row, self._later(row, wait), str(e))
        except Refused:
            raise
        except Exception as e:
            # It may be out all the same. One defect must hold up no other row.
            log.exception("%s met a defect", row.post_key)
            self.store.outbox.note(row, f"a defect ({type(e).__name__})")
        return None

    def _hand_over(self, row: Outbox) -> str:
        match row.kind:
            case OutboxKind.NOTICE:
                return self.sender.notice(str(row.body["text"]), row.post_key)
            case OutboxKind.ALERT:
                mention = self._mention(row)
                if mention.status is not Status.OPEN:
                    raise Unneeded(f"already {mention.status} before it was shown")
                return self.sender.alert(self._card(mention), row.post_key)
            case OutboxKind.UPDATE:
                if self.store.outbox.is_overtaken(row):
                    raise Unneeded("a later update shows it")
                mention = self._mention(row)
                ref = self._alert_ref(mention)
                return self.sender.update(self._card(mention), ref, row.post_key)

    def _alert_ref(self, mention: Mention) -> str:
        """Return what the other side calls the card that is to change."""
        alert = self.store.outbox.alert_of(mention.id or 0)
        if alert is None:
            raise Unneeded("it has no card")
        if alert.state is Delivery.SENDING:
            raise Unavailable("the card itself is not settled yet")
        if alert.state is not Delivery.SENT or alert.ref is None:
            raise Unneeded("the card is not out; once it is, it will show this")
        return alert.ref

    def _mention(self, row: Outbox) -> Mention:
        mention = self.store.mentions.get(row.mention_id or 0)
        if mention is None:
            raise Unneeded("the mention is not there")
        return mention

    def _card(self, mention: Mention) -> Card:
        return card(mention, self.config.brand(mention.brand))

    def _later(self, row: Outbox, asked: timedelta = timedelta(0)) -> datetime:
        return self.now() + backoff(row.attempts, RETRY, asked)
