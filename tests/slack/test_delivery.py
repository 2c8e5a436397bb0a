"""One alert per mention, whatever happens to the connection, and to whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.config import Priority
from monitor.models import Delivery, Status
from monitor.slack import layout
from monitor.store import Move
from tests.fakes.mentions import make_mention
from tests.fakes.slack.pings import pings
from tests.store.helpers import keep, keep_one, many

AMBIGUOUS = ("drop_before", "drop_after", "http_before", "http_after", "late", "error")


def drain(deliverer, clock, seconds=120, step=4):
    """Deliver and look up until so much time has passed."""
    for _ in range(0, seconds, step):
        deliverer.deliver()
        deliverer.reconcile()
        clock.advance(seconds=step)


def dismiss(store, mention, clock):
    store.move(
        mention.id, Status.OPEN, Move(Status.DISMISSED, "Ann", "praise"), clock()
    )


def test_alert_arrives_in_its_brands_channel_with_its_key(
    slack, store, deliverer, clock
):
    mention = keep_one(store)

    assert deliverer.deliver() == 1

    [message] = slack.messages("acme")
    assert message["metadata"]["event_payload"] == {"post_key": f"alert:{mention.id}"}
    row = store.outbox.alert_of(mention.id)
    assert row.ref == f"{slack.named('acme').id}:{message['ts']}"


def test_brand_without_a_channel_goes_to_the_default_one(slack, store, deliverer):
    keep(store, make_mention(brand="Forgotten"))

    deliverer.deliver()

    assert len(slack.messages("mentions")) == 1


def test_card_is_one_message_for_its_whole_life(slack, store, deliverer, clock):
    mention = keep_one(store)
    deliverer.deliver()
    dismiss(store, mention, clock)

    assert deliverer.deliver() == 1

    [message] = slack.messages("acme")
    assert message["text"].startswith("No reply needed, says Ann: praise. ")
    assert message["parse"] == "none"
    assert message["metadata"]["event_payload"] == {"post_key": f"alert:{mention.id}"}


@pytest.mark.parametrize("how", AMBIGUOUS)
def test_unclear_post_is_looked_up_and_never_said_twice(
    slack, store, make_sender, deliverer, clock, how
):
    mention = keep_one(store)
    slack.break_next(how, seconds=1.5)

    replace(deliverer, sender=make_sender(timeout=1)).deliver()
    assert store.outbox.alert_of(mention.id).state is Delivery.SENDING
    drain(deliverer, clock)

    assert len(slack.all_messages()) == 1
    assert store.outbox.alert_of(mention.id).state is Delivery.SENT
    assert store.audit().adds_up


@pytest.mark.parametrize("how", ["drop_before", "drop_after"])
def test_restart_in_between_adopts_what_arrived(
    slack, store, make_sender, deliverer, clock, how
):
    keep_one(store)
    slack.break_next(how)
    deliverer.deliver()

    drain(replace(deliverer, sender=make_sender()), clock)

    assert len(slack.messages("acme")) == 1
    assert store.outbox.counts() == {Delivery.SENT: 1}


def test_look_up_that_fails_waits_and_nothing_is_posted_meanwhile(
    slack, store, deliverer, clock
):
    keep_one(store)
    slack.break_next("drop_after")
    slack.break_next("http_before", method="conversations.history", times=3)

    drain(deliverer, clock, seconds=32, step=8)
    assert store.outbox.counts() == {Delivery.SENDING: 1}
    drain(deliverer, clock)

    assert len(slack.messages("acme")) == 1
    assert store.outbox.counts() == {Delivery.SENT: 1}


def test_key_copied_by_somebody_else_is_not_taken_for_ours(
    slack, store, deliverer, clock
):
    mention = keep_one(store)
    slack.break_next("drop_before")
    deliverer.deliver()
    payload = {"post_key": f"alert:{mention.id}"}
    slack.named("acme").messages.append(
        {"ts": slack.new_ts(), "bot_id": "B0OTHER", "text": "mine",
         "metadata": {"event_type": "everyreply", "event_payload": payload}}
    )  # fmt: skip

    drain(deliverer, clock)

    assert [m["bot_id"] for m in slack.messages("acme")] == ["B0OTHER", slack.bot_id]


def test_message_is_found_behind_hundreds_of_others(slack, store, deliverer, clock):
    mention = keep_one(store)
    slack.break_next("drop_after")
    deliverer.deliver()
    for number in range(450):
        message = {"ts": slack.new_ts(), "user": "U1", "text": str(number)}
        slack.named("acme").messages.append(message)

    drain(deliverer, clock, seconds=40)

    assert store.outbox.alert_of(mention.id).state is Delivery.SENT


def test_channel_moved_in_the_config_is_still_looked_up_where_it_was_tried(
    slack, store, make_sender, deliverer, config, clock
):
    keep_one(store)
    slack.break_next("drop_after")
    deliverer.deliver()
    acme = config.brands[0].model_copy(update={"channel": "#bolt"})
    moved = config.model_copy(update={"brands": (acme, *config.brands[1:])})

    drain(replace(deliverer, sender=make_sender(config=moved), config=moved), clock)

    assert len(slack.messages("acme")) == 1
    assert slack.messages("bolt") == []


def test_busy_channel_waits_as_long_as_asked_while_another_goes_on(
    slack, store, deliverer, clock
):
    slack.break_next("busy", channel=slack.named("acme").id, retry_after=40)
    keep(
        store, *many(3), make_mention(brand="Bolt", post_id="b", priority=Priority.LOW)
    )

    drain(deliverer, clock, seconds=39, step=1)
    assert (len(slack.messages("acme")), len(slack.messages("bolt"))) == (0, 1)
    drain(deliverer, clock, seconds=10)

    assert len(slack.messages("acme")) == 3


def test_asked_time_survives_a_restart(slack, store, make_sender, deliverer, clock):
    slack.break_next("busy", retry_after=60)
    keep_one(store)
    deliverer.deliver()
    again = replace(deliverer, sender=make_sender())

    drain(again, clock, seconds=50)
    posts = len(slack.of("chat.postMessage"))
    drain(again, clock, seconds=15)

    assert posts == 1
    assert len(slack.messages("acme")) == 1


REFUSALS = {
    "not_in_channel": "invite the app to the channel: /invite @everyreply",
    "is_archived": "the channel is archived; unarchive it, or name another",
    "channel_not_found": "there is no such channel for the app",
    "restricted_action": "an admin restricted posting there",
}


@pytest.mark.parametrize("code", REFUSALS)
def test_refused_channel_stops_alone_and_the_operator_is_told_once(
    slack, store, deliverer, clock, code
):
    acme = slack.named("acme").id
    slack.break_next("error", channel=acme, code=code, times=100)
    keep(
        store, *many(5), make_mention(brand="Bolt", post_id="b", priority=Priority.LOW)
    )

    drain(deliverer, clock, seconds=600, step=15)

    assert (slack.messages("acme"), len(slack.messages("bolt"))) == ([], 1)
    [told] = slack.messages("ops")
    assert REFUSALS[code] in told["text"]
    [lane] = store.lanes.refused()
    assert (lane.name, REFUSALS[code] in lane.error) == ("#acme", True)
    assert len([a for a in slack.of("chat.postMessage") if a["channel"] == acme]) < 15


def test_mended_channel_goes_on_by_itself_and_loses_nothing(
    slack, store, deliverer, clock
):
    slack.named("acme").is_member = False
    keep(store, *many(5))
    drain(deliverer, clock, seconds=300, step=15)

    slack.named("acme").is_member = True
    drain(deliverer, clock, seconds=900, step=15)

    assert len(slack.messages("acme")) == 5
    assert store.lanes.refused() == []


def test_operators_own_channel_in_trouble_uses_the_second_one(
    slack, store, deliverer, clock
):
    slack.named("ops").is_archived = True
    store.outbox.notice("n", "x is paused", clock())

    drain(deliverer, clock, seconds=5)

    assert [m["text"] for m in slack.messages("ops-two")] == ["x is paused"]


def test_revoked_token_stops_everything_and_says_the_remedy(
    slack, store, deliverer, clock
):
    slack.revoked = True
    keep_one(store)

    drain(deliverer, clock, seconds=5)

    assert {lane.name for lane in store.lanes.refused()} == {"#acme", "ops"}
    assert all("make a new bot token" in one.error for one in store.lanes.refused())


def test_missing_scope_is_named(slack, store, deliverer, clock):
    slack.scopes.remove("chat:write")
    keep_one(store)

    drain(deliverer, clock, seconds=2)

    assert "chat:write" in store.lanes.refused()[0].error


@pytest.mark.parametrize("how", ["down", "http_before"])
def test_slack_away_for_an_hour_then_gets_the_state_not_the_history(
    slack, store, deliverer, clock, how
):
    shown, gone, new = (keep_one(store, post_id=n) for n in "123")
    deliverer.deliver(1)
    slack.faults.down = how == "down"
    slack.break_next("http_before", method="*", times=10_000 * (how != "down"))
    for minute in range(0, 60, 4):
        status = (Status.OPEN, Status.DISMISSED)[minute // 4 % 2]
        to = Status.OPEN if status is Status.DISMISSED else Status.DISMISSED
        store.move(shown.id, status, Move(to, "Ann", f"take {minute}"), clock())
        drain(deliverer, clock, seconds=240, step=40)
    dismiss(store, gone, clock)
    before = len(slack.of("chat.update"))

    slack.faults.down = False
    slack.faults.waiting.clear()
    drain(deliverer, clock, seconds=300, step=5)

    assert len(slack.messages("acme")) == 2
    assert len(slack.of("chat.update")) == before + 1
    assert store.outbox.alert_of(gone.id).state is Delivery.DROPPED
    assert store.outbox.alert_of(new.id).state is Delivery.SENT
    assert store.audit().adds_up


def test_deleted_card_of_an_open_mention_is_posted_again(
    slack, store, deliverer, clock
):
    mention = keep_one(store)
    deliverer.deliver()
    slack.named("acme").messages.clear()
    dismiss(store, mention, clock)
    reopen = Move(Status.OPEN, "Ann", "a mistake", due_at=clock() + timedelta(hours=1))
    store.move(mention.id, Status.DISMISSED, reopen, clock())

    drain(deliverer, clock, seconds=10)

    assert len(slack.messages("acme")) == 1
    assert store.outbox.alert_of(mention.id).state is Delivery.SENT


def test_message_slack_does_not_take_fails_alone_and_aloud(
    slack, store, deliverer, clock
):
    broken, fine = (keep_one(store, post_id=n) for n in "12")
    slack.break_next("error", code="invalid_blocks")

    drain(deliverer, clock, seconds=60)

    assert store.outbox.alert_of(broken.id).state is Delivery.FAILED
    assert store.outbox.alert_of(fine.id).state is Delivery.SENT


def test_notes_stand_in_the_thread_and_are_looked_up_there(
    slack, store, sender, deliverer, clock
):
    mention = keep_one(store)
    deliverer.deliver()
    ref = store.outbox.alert_of(mention.id).ref
    note = layout.replied("Ann", "X", "sorry!", "https://x.example/1", clock())

    made = sender.thread(ref, note, "note:1")

    [message] = slack.thread("acme", ref.partition(":")[2])
    assert sender.find("note:1", clock() - timedelta(minutes=2)) == made
    assert message["text"] == "Ann replied on X: sorry!"
    assert len(slack.messages("acme")) == 1
    assert not pings(message)
