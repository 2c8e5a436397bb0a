from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from connectors import Refused, Unavailable
from monitor.config import Priority
from monitor.models import Delivery, Status
from monitor.outbox import RETRY, STALE
from monitor.rules.backoff import MAX_BACKOFF
from monitor.store import Move
from tests.fakes.mentions import make_mention
from tests.fakes.sender import FakeSender
from tests.store.helpers import keep, keep_one, many, sql

HOUR = timedelta(hours=1)


@dataclass
class PickySender(FakeSender):
    """Meets a fault with the messages it is told of: before or after they are kept."""

    faults: dict = field(default_factory=dict)
    after: bool = False

    def _store(self, kind, what, post_key):
        fault = self.faults.get(post_key)
        if fault and not self.after:
            raise fault
        ref = super()._store(kind, what, post_key)
        if fault:
            raise fault
        return ref


@pytest.fixture
def sender():
    return PickySender()


def alert(store, mention):
    return store.outbox.alert_of(mention.id)


def dismiss(store, mention, now):
    move = Move(Status.DISMISSED, "Ann", "praise")
    store.move(mention.id, Status.OPEN, move, now)


def test_most_pressing_card_goes_out_first(store, deliverer, sender):
    for priority in (Priority.LOW, Priority.URGENT, Priority.NORMAL, Priority.HIGH):
        keep_one(store, post_id=priority.value, priority=priority)

    assert deliverer.deliver() == 4

    order = [card.priority.value for card in sender.of("alert")]
    assert order == ["urgent", "high", "normal", "low"]


def test_round_sends_no_more_than_its_limit_and_the_next_goes_on(
    store, deliverer, sender
):
    keep(store, *many(5))

    assert [deliverer.deliver(2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(sender.messages) == 5


def test_card_of_a_mention_closed_meanwhile_is_dropped(store, deliverer, sender, clock):
    mention = keep_one(store)
    dismiss(store, mention, clock())

    assert deliverer.deliver() == 0

    assert sender.messages == []
    row = alert(store, mention)
    assert (row.state, row.error) == (
        Delivery.DROPPED, "already dismissed before it was shown",
    )  # fmt: skip
    assert store.audit().adds_up


def test_new_state_is_shown_on_the_card_that_is_out(store, deliverer, sender, clock):
    mention = keep_one(store)
    deliverer.deliver()
    dismiss(store, mention, clock())

    assert deliverer.deliver() == 1

    [card] = sender.of("update")
    assert card.state == "no reply needed, says Ann: praise"


def test_change_before_its_card_is_out_is_shown_by_the_card(
    store, deliverer, sender, clock, database
):
    mention = keep_one(store)
    sql(database, "UPDATE outbox SET due_at = :later", later=clock() + HOUR)
    dismiss(store, mention, clock())
    store.move(
        mention.id, Status.DISMISSED, Move(Status.OPEN, "Bob", "a question"), clock()
    )

    assert deliverer.deliver() == 0
    clock.advance(hours=2)
    assert deliverer.deliver() == 1

    assert len(sender.of("alert")) == 1
    assert sender.of("update") == []


def test_change_waits_while_its_card_is_unclear(store, deliverer, sender, clock):
    mention = keep_one(store)
    sender.drop_after = True
    deliverer.deliver()
    dismiss(store, mention, clock())

    assert deliverer.deliver() == 0
    clock.advance(minutes=1)
    deliverer.reconcile()
    assert deliverer.deliver() == 1

    assert [kind for kind, _, _ in sender.messages] == ["alert", "update"]


def test_message_that_arrived_without_our_knowing_is_adopted_not_repeated(
    store, deliverer, sender, clock
):
    mention = keep_one(store)
    sender.drop_after = True

    assert deliverer.deliver() == 0
    assert alert(store, mention).state is Delivery.SENDING
    assert deliverer.reconcile() == 0
    clock.advance(seconds=STALE.seconds)
    assert deliverer.reconcile() == 1

    assert (alert(store, mention).state, alert(store, mention).ref) == (
        Delivery.SENT, "ts-0",
    )  # fmt: skip
    assert deliverer.deliver() == 0
    assert len(sender.messages) == 1


def test_message_that_never_arrived_is_sent_again(store, deliverer, sender, clock):
    mention = keep_one(store)
    sender.error = Unavailable("connection lost", unclear=True)
    deliverer.deliver()
    sender.error = None
    clock.advance(minutes=1)

    assert deliverer.reconcile() == 1
    assert deliverer.deliver() == 1

    assert len(sender.messages) == 1
    assert alert(store, mention).attempts == 2


def test_row_of_a_killed_process_is_looked_up(store, deliverer, sender, clock):
    """Killed between the claim and the send, and between the send and its note."""
    unsent, sent = (keep_one(store, post_id=n) for n in ("1", "2"))
    for mention in (unsent, sent):
        assert store.outbox.claim(alert(store, mention), clock())
    sender.messages.append(
        ("alert", f"alert:{sent.id}", "as the other process drew it")
    )
    clock.advance(minutes=1)

    assert deliverer.reconcile() == 2
    assert deliverer.deliver() == 1

    keys = [key for _, key, _ in sender.messages]
    assert sorted(keys) == sorted({f"alert:{unsent.id}", f"alert:{sent.id}"})


def test_row_that_kills_us_every_time_is_tried_ever_more_slowly(
    store, deliverer, clock
):
    mention = keep_one(store)
    waits = []
    for _ in range(4):
        row = alert(store, mention)
        assert store.outbox.claim(row, clock())
        clock.advance(minutes=1)
        deliverer.reconcile()
        waits.append(alert(store, mention).due_at - clock())
        clock.advance(hours=1)

    assert waits == [0 * RETRY, 2 * RETRY, 4 * RETRY, 8 * RETRY]


def test_message_is_looked_up_only_once_it_would_show(store, deliverer, sender, clock):
    keep_one(store)
    sender.settle = timedelta(minutes=5)
    sender.drop_after = True
    deliverer.deliver()

    clock.advance(minutes=4)
    assert deliverer.reconcile() == 0
    clock.advance(minutes=1)
    assert deliverer.reconcile() == 1


def test_look_up_that_fails_is_tried_later(store, deliverer, sender, clock):
    mention = keep_one(store)
    sender.drop_after = True
    deliverer.deliver()
    clock.advance(minutes=1)

    def find(post_key, since):
        raise Unavailable("no answer")

    assert replace(deliverer, sender=NoFind(sender, find)).reconcile() == 0
    assert alert(store, mention).state is Delivery.SENDING
    assert deliverer.reconcile() == 1


@dataclass
class NoFind:
    """A sender whose look-up is another's."""

    sender: FakeSender
    find: object
    settle: timedelta = timedelta(0)


def test_refusal_stops_the_round_and_is_noted(store, deliverer, sender, clock):
    first = keep_one(store, post_id="1", priority=Priority.URGENT)
    second = keep_one(store, post_id="2")
    sender.error = Refused("not_in_channel: invite the bot")

    assert deliverer.deliver() == 0

    row = alert(store, first)
    assert (row.state, row.error) == (
        Delivery.QUEUED, "not_in_channel: invite the bot",
    )  # fmt: skip
    assert row.due_at == clock() + RETRY
    assert alert(store, second).attempts == 0


def test_refused_card_is_sent_once_somebody_acted(store, deliverer, sender, clock):
    keep_one(store)
    sender.error = Refused("invite the bot")
    deliverer.deliver()
    sender.error = None
    clock.advance(seconds=RETRY.seconds)

    assert deliverer.deliver() == 1


def test_defect_in_one_card_fails_that_row_alone_and_aloud(
    store, deliverer, sender, clock
):
    broken, fine = (keep_one(store, post_id=n) for n in ("1", "2"))
    sender.faults = {f"alert:{broken.id}": KeyError("blocks")}

    assert deliverer.deliver() == 1
    clock.advance(minutes=1)
    deliverer.reconcile()

    row = alert(store, broken)
    assert (row.state, row.error) == (Delivery.FAILED, "a defect (KeyError)")
    assert alert(store, fine).state is Delivery.SENT
    assert store.audit().problems == (
        f"1 mention open, but the alert failed for good (id {broken.id})",
    )


def test_defect_after_the_message_went_out_repeats_nothing(
    store, deliverer, sender, clock
):
    mention = keep_one(store)
    sender.faults, sender.after = {f"alert:{mention.id}": KeyError("ts")}, True
    deliverer.deliver()
    clock.advance(minutes=1)

    assert deliverer.reconcile() == 1

    assert alert(store, mention).state is Delivery.SENT
    store.outbox.retry_failed(clock())
    assert deliverer.deliver() == 0
    assert len(sender.messages) == 1


def test_failed_card_is_sent_once_the_defect_is_mended(store, deliverer, sender, clock):
    mention = keep_one(store)
    sender.faults = {f"alert:{mention.id}": KeyError("blocks")}
    deliverer.deliver()
    clock.advance(minutes=1)
    deliverer.reconcile()
    sender.faults = {}

    assert store.outbox.retry_failed(clock()) == 1
    assert deliverer.reconcile() == 1
    clock.advance(minutes=1)
    assert deliverer.deliver() == 1
    assert store.audit().adds_up


def test_change_of_a_card_that_failed_waits_for_the_card(
    store, deliverer, sender, clock
):
    mention = keep_one(store)
    sender.faults = {f"alert:{mention.id}": KeyError("blocks")}
    deliverer.deliver()
    clock.advance(minutes=1)
    deliverer.reconcile()

    dismiss(store, mention, clock())

    assert deliverer.deliver() == 0
    assert store.outbox.counts() == {Delivery.FAILED: 1, Delivery.DROPPED: 1}


def test_mention_opened_while_its_card_was_dropped_is_shown(
    store, deliverer, sender, clock, database
):
    """Opened between the deliverer's look at it and its drop of the card."""
    mention = keep_one(store)
    dismiss(store, mention, clock())
    row = alert(store, mention)
    store.outbox.claim(row, clock())
    opened = Move(Status.OPEN, "Bob", "a question")
    store.move(mention.id, Status.DISMISSED, opened, clock())
    store.outbox.drop(row, "already dismissed before it was shown", clock())

    while deliverer.deliver() or deliverer.deliver():
        pass

    assert len(sender.of("alert")) == 1
    assert store.audit().adds_up


def test_failure_is_retried_ever_more_slowly(store, deliverer, sender, clock):
    mention = keep_one(store)
    sender.error = Unavailable("502")
    waits = []
    for _ in range(14):
        deliverer.deliver()
        waits.append(alert(store, mention).due_at - clock())
        clock.time = alert(store, mention).due_at

    assert waits[:4] == [RETRY, 2 * RETRY, 4 * RETRY, 8 * RETRY]
    assert waits == sorted(waits)
    assert waits[-1] <= MAX_BACKOFF
    assert alert(store, mention).error == "502"


def test_rate_limit_is_waited_out(store, deliverer, sender, clock):
    mention = keep_one(store)
    sender.error = Unavailable("slow down", retry_after=timedelta(minutes=7))

    deliverer.deliver()

    assert alert(store, mention).due_at == clock() + timedelta(minutes=7)


def test_after_an_hour_without_connection_cards_show_what_is_now(
    store, deliverer, sender, clock
):
    stays, closed = (keep_one(store, post_id=n) for n in ("stays", "closed"))
    sender.error = Unavailable("no connection")
    for _ in range(60):
        deliverer.deliver()
        clock.advance(minutes=1)
    dismiss(store, closed, clock())
    sender.error = None
    clock.advance(hours=6)

    while deliverer.deliver():
        pass

    [card] = sender.of("alert")
    assert card.mention_id == stays.id
    assert sender.of("update") == []
    assert store.audit().adds_up


def test_notice_is_sent_as_written(store, deliverer, sender, clock):
    store.outbox.notice("n", "x is paused: [b]why[/b]", clock())

    assert deliverer.deliver() == 1
    assert sender.of("notice") == ["x is paused: [b]why[/b]"]


def test_row_somebody_else_claimed_is_left_to_them(store, deliverer, sender, clock):
    mention = keep_one(store)
    due = store.outbox.due(clock())
    store.outbox.claim(alert(store, mention), clock())

    assert not store.outbox.claim(due[0], clock())
    assert deliverer.deliver() == 0
    assert sender.messages == []


def test_brand_taken_out_of_the_config_still_gets_its_cards(store, deliverer, sender):
    keep(store, make_mention(brand="Forgotten"))

    assert deliverer.deliver() == 1
    assert sender.of("alert")[0].channel is None
