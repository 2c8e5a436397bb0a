"""Pay what we owe: deliver due rows, back off, look up what is unclear.

Row first, claim, send, adopt. A row found in `sending` was claimed by a process that
died or lost its connection: it is looked up before any second try.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors import ConnectorError, Gone, Refused, Unavailable
from monitor.cards import Card, card
from monitor.config import Config
from monitor.models import Delivery, Mention, Outbox, OutboxKind, Status
from monitor.outbox.bundles import Owed, bundles
from monitor.outbox.lanes import Lanes
from monitor.outbox.notes import note
from monitor.outbox.sender import Digesting, Grouping, Laned, Noting, Sender
from monitor.rules.backoff import backoff
from monitor.store import Store

log = logging.getLogger(__name__)
STALE = timedelta(seconds=30)
"""A claim older than this is nobody's any more: no send takes so long."""
UPLOADS = timedelta(minutes=5)
"""The same of a digest, whose charts are uploaded first."""
RETRY = timedelta(seconds=5)
LOOK_BACK = timedelta(minutes=15)
"""How far the other side's clock may be behind ours and a message still be found."""


class Unneeded(Exception):
    """Nobody needs this row any more; the message says why."""


class Unsettled(Unavailable):
    """This row waits for another, whatever its channel does."""


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Sends outbox rows, each exactly once as far as the other side can be asked."""

    store: Store
    sender: Sender
    config: Config
    now: Callable[[], datetime]

    def deliver(self, limit: int = 100) -> int:
        """Send what is due, most pressing first; return how many rows were sent.

        A channel that waits, or where a person must act, keeps its rows; those of
        other channels go on.
        """
        lanes = Lanes.at(self.now(), self.store, self.sender, self.config)
        sent = 0
        while True:
            shut = len(lanes.shut)
            sent += self._round(lanes, limit - sent)
            # The next most pressing rows of the channels that are still open.
            if len(lanes.shut) == shut or not isinstance(self.sender, Laned):
                return sent

    def _round(self, lanes: Lanes, limit: int) -> int:
        sent = 0
        due = self.store.outbox.due_through(lanes.through(), self.now(), limit)
        owed = [Owed(row, lanes.of(m.brand if m else None), m) for row, m in due]
        for together in self._bundles(owed):
            lane = together[0].lane
            if not lanes.is_open(lane):
                continue
            taken = [one.row for one in together if self._claim(one.row)]
            if len(taken) > 1:
                sent += self._deliver_group(taken, lane, lanes)
            elif taken:
                sent += self._deliver(taken[0], lane, lanes)
        return sent

    def _claim(self, row: Outbox) -> bool:
        return self.store.outbox.claim(row, self.now())

    def _bundles(self, owed: Sequence[Owed]) -> Iterator[list[Owed]]:
        """Yield rows as they go out: one by one, or cards of a burst together."""
        if not isinstance(self.sender, Grouping):
            yield from ([one] for one in owed)
            return
        yield from bundles(owed, self.sender, self._shown, self._is_early)

    def _shown(self, one: Owed) -> Card | None:
        """Return the card of an alert that is still owed."""
        mention = one.mention
        if one.row.kind is not OutboxKind.ALERT or mention is None:
            return None
        return self._card(mention) if mention.status is Status.OPEN else None

    def _is_early(self, row: Outbox, card: Card) -> bool:
        """Say whether a card is still to be collected; then its row waits."""
        if not isinstance(self.sender, Grouping) or row.attempts:
            return False
        when = self.sender.waits_until(card, row.created_at)
        return when > self.now() and self.store.outbox.postpone(row, when)

    def _deliver_group(self, rows: Sequence[Outbox], lane: str, lanes: Lanes) -> int:
        """Send several cards in one message; each row notes the same message."""
        try:
            ref = self._send_group(rows)
        except Refused as e:
            for row in rows:
                self.store.outbox.requeue(row, self.now(), str(e))
            lanes.refused(lane, e, self.now())
            return 0
        except Unavailable as e:
            lanes.waits(lane, e, self.now())
            for row in rows if not e.unclear else ():
                self.store.outbox.requeue(row, self.now(), str(e))
            return 0
        except Exception as e:
            log.exception("a group of %d cards met a defect", len(rows))
            for row in rows:
                self.store.outbox.note(row, f"a defect ({type(e).__name__})")
            return 0
        lanes.works(lane)
        return sum(self.store.outbox.sent(row, ref, self.now()) for row in rows)

    def _send_group(self, rows: Sequence[Outbox]) -> str:
        """Show cards together as they now are, also one closed a moment ago."""
        if not isinstance(self.sender, Grouping):
            raise TypeError("this sender shows no groups")
        cards = [self._card(self._mention(row)) for row in rows]
        return self.sender.group(cards, [row.post_key for row in rows])

    def _deliver(self, row: Outbox, lane: str, lanes: Lanes) -> bool:
        try:
            ref = self._send(row, lane, lanes)
        except Refused as e:
            log.warning("delivery is refused, somebody must act: %s", e)
            if row.kind is OutboxKind.DIGEST:
                self._refused_digest(row, e)
            elif isinstance(self.sender, Laned):
                self.store.outbox.requeue(row, self.now(), str(e))
                lanes.refused(lane, e, self.now())
            else:
                self.store.outbox.requeue(row, self._later(row), str(e))
                lanes.shut.add(lane)
            return False
        # Outside the try: what is out did not fail. Where this cannot be noted
        # the row stays claimed, and is looked up.
        if ref is None:
            return False
        lanes.works(lane)
        return self.store.outbox.sent(row, ref, self.now())

    def _refused_digest(self, row: Outbox, error: Refused) -> None:
        """Have a digest wait for a person. Its channel is no queue of cards."""
        self.store.outbox.requeue(row, self._later(row), str(error))
        words = f"a digest cannot be shown: {error}"
        self.store.outbox.notice(f"refused:{row.post_key}", words, self.now())

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
        if row.kind is OutboxKind.DIGEST and (row.attempt_at or now) > now - UPLOADS:
            return False
        try:
            ref = self.sender.find(row.post_key, (row.attempt_at or now) - LOOK_BACK)
        except Gone:
            ref = None  # its card was deleted, and all that stood below it
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

    def _send(self, row: Outbox, lane: str, lanes: Lanes) -> str | None:
        """Return what the other side calls it; None: it is not, or not surely, out."""
        try:
            return self._hand_over(row)
        except Unneeded as e:
            self.store.outbox.drop(row, str(e), self.now())
        except Unavailable as e:
            self._unavailable(row, e, lane, lanes)
        except Refused:
            raise
        except Exception as e:
            # It may be out all the same. One defect must hold up no other row.
            log.exception("%s met a defect", row.post_key)
            self.store.outbox.note(row, f"a defect ({type(e).__name__})")
        return None

    def _unavailable(
        self, row: Outbox, error: Unavailable, lane: str, lanes: Lanes
    ) -> None:
        """Have the channel wait, or the row where there is but one queue."""
        is_alone = isinstance(error, Unsettled) or row.kind is OutboxKind.DIGEST
        if isinstance(self.sender, Laned) and not is_alone:
            lanes.waits(lane, error, self.now())
            due = self.now()
        else:
            due = self._later(row, error.retry_after or timedelta(0))
        if not error.unclear:
            self.store.outbox.requeue(row, due, str(error))

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
                return self._update(mention, self._alert_ref(mention), row)
            case OutboxKind.DIGEST:
                return self._digest(row)
            case OutboxKind.NOTE:
                return self._note(self._mention(row), row)

    def _digest(self, row: Outbox) -> str:
        if not isinstance(self.sender, Digesting):
            raise Unneeded("this sender shows no digests")
        above = None
        if key := row.body.get("under"):
            top = self.store.outbox.of(str(key))
            if top is None or top.state in (Delivery.DROPPED, Delivery.FAILED):
                raise Unneeded("the digest it belongs to is not out")
            if top.state is not Delivery.SENT:
                raise Unsettled("the digest itself is not out yet")
            above = top.ref
        return self.sender.digest(row.body, above, row.post_key)

    def _note(self, mention: Mention, row: Outbox) -> str:
        if not isinstance(self.sender, Noting):
            raise Unneeded("there are no threads here")
        ref = self._thread_ref(mention)
        card = self._card(mention)
        said = note(row, mention, card, self.store, self.config)
        if said is None:
            raise Unneeded("it is no longer so")
        try:
            return self.sender.note(said, ref, row.post_key)
        except Gone as e:
            self.store.outbox.repost(mention.id or 0, ref, self.now())
            if mention.status is not Status.OPEN:
                raise Unneeded(str(e)) from e
            raise Unsettled("its card was deleted, and comes first") from e

    def _update(self, mention: Mention, ref: str, row: Outbox) -> str:
        together = self.store.outbox.sharing(ref)
        try:
            if isinstance(self.sender, Grouping) and len(together) > 1:
                found = [self.store.mentions.get(number) for number in together]
                cards = [self._card(one) for one in found if one]
                return self.sender.update_group(cards, ref, row.post_key)
            return self.sender.update(self._card(mention), ref, row.post_key)
        except Gone as e:
            for number in together:
                self.store.outbox.repost(number, ref, self.now())
            raise Unneeded(str(e)) from e

    def _thread_ref(self, mention: Mention) -> str:
        """Return the card that a note stands below; it may have to come first."""
        alert = self.store.outbox.alert_of(mention.id or 0)
        if alert and alert.state is Delivery.QUEUED:
            raise Unsettled("the card comes first")
        return self._alert_ref(mention)

    def _alert_ref(self, mention: Mention) -> str:
        """Return what the other side calls the card that is to change."""
        alert = self.store.outbox.alert_of(mention.id or 0)
        if alert is None:
            raise Unneeded("it has no card")
        if alert.state is Delivery.SENDING:
            raise Unsettled("the card itself is not settled yet")
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


__all__ = [
    "LOOK_BACK",
    "RETRY",
    "STALE",
    "Deliverer",
    "Digesting",
    "Grouping",
    "Laned",
    "Noting",
    "Sender",
]
