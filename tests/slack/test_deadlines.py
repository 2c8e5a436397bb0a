"""Words about deadlines in the fake Slack, through the real slack_sdk."""

from datetime import timedelta

import pytest

from connectors import FileSource
from monitor.config import (
    Brand,
    Config,
    Escalation,
    Group,
    Person,
    SlackSettings,
)
from monitor.deadlines import Deadlines, Paced, Reminding
from monitor.models import Delivery, Status
from monitor.store import Filter, Move
from tests.fakes.slack.blocks import check
from tests.fakes.slack.pings import pings
from tests.store.helpers import keep, keep_one, many

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(slack):
    slack.add_channel("leads")
    slack.groups["S000001"] = {"id": "S000001", "handle": "social", "users": []}
    return SlackSettings(
        bot_token=slack.bot_token,
        api_base=slack.url,
        channel="#mentions",
        ops_channel="#ops",
        group_from=5,
        people=(Person(email="ann@acme.example", name="Ann"),),
        groups=(Group(name="social", handle="@social"),),
        escalation=(Escalation(to="social", brands=("Acme",), channel="#leads"),),
    )


@pytest.fixture
def config(settings):
    return Config(
        brands=(
            Brand(name="Acme", keywords=("acme",), channel="#acme"),
            Brand(name="Bolt", keywords=("bolt",), channel="#bolt"),
        ),
        sources=(FileSource(type="file", name="file", path="unused"),),
        slack=settings,
    )


@pytest.fixture
def deadlines(store, sender, config, clock):
    return Deadlines(store, sender, config, clock)


@pytest.fixture
def ann(slack):
    return slack.add_user("Ann", "ann@acme.example")


@pytest.fixture
def card(slack, store, deliverer):
    """A card that is out; its time in Slack names its thread."""
    keep_one(store)
    deliverer.deliver()
    [message] = slack.messages("acme")
    return message


def claim(database, store, who):
    with database.write() as session:
        for one in store.mentions.find(Filter()):
            one.assignee = who
            session.add(one)


def run(deadlines, deliverer, clock, seconds=120, step=30):
    for _ in range(0, seconds, step):
        deadlines.run()
        deliverer.deliver()
        clock.advance(seconds=step)


def words(message):
    return message["blocks"][0]["text"]["text"]


def test_sender_can_remind_and_has_lanes(sender):
    assert isinstance(sender, Reminding)
    assert isinstance(sender, Paced)


def test_first_word_stands_in_the_thread_and_calls_nobody(
    slack, card, deadlines, deliverer, clock
):
    clock.advance(hours=3)

    run(deadlines, deliverer, clock)

    [told] = slack.thread("acme", card["ts"])
    assert "most of the time for a reply is gone" in words(told)
    assert not told.get("reply_broadcast")
    assert slack.pinged() == []


def test_owner_is_pinged_by_the_name_or_address_they_claimed_with(
    slack, store, database, card, deadlines, deliverer, clock, ann
):
    for who, hours in ((ann, 3), ("Ann", 0.75), ("ann@acme.example", 0.25)):
        claim(database, store, who)
        clock.advance(hours=hours)
        run(deadlines, deliverer, clock)
        clock.advance(seconds=-120)

    told = slack.thread("acme", card["ts"])
    assert [pings(one) for one in told] == [[f"@{ann}"]] * 3
    assert [bool(one.get("reply_broadcast")) for one in told] == [False, False, True]


def test_missed_deadline_calls_the_group_before_everybody(
    slack, card, deadlines, deliverer, clock
):
    clock.advance(hours=4)

    run(deadlines, deliverer, clock)

    [told] = slack.thread("acme", card["ts"])
    assert told["reply_broadcast"]
    assert "nobody has replied yet" in words(told)
    assert pings(told) == ["!subteam^S000001"]
    assert "Claim" in str(told["blocks"])


@pytest.mark.parametrize("owner", ["Somebody Unknown", "gone@acme.example", "SAMANTHA"])
def test_where_the_owner_is_unknown_the_group_is_called(
    slack, store, database, card, deadlines, deliverer, clock, owner
):
    claim(database, store, owner)
    clock.advance(hours=4)

    run(deadlines, deliverer, clock)

    [told] = slack.thread("acme", card["ts"])
    assert pings(told) == ["!subteam^S000001"]


def test_group_that_may_not_be_looked_up_keeps_no_word_unsaid(
    slack, card, deadlines, deliverer, clock
):
    slack.scopes.remove("usergroups:read")
    clock.advance(hours=4)

    run(deadlines, deliverer, clock)

    [told] = slack.thread("acme", card["ts"])
    assert (told["reply_broadcast"], pings(told)) == (True, [])


def test_escalation_stands_in_its_channel_with_a_link_to_the_card(
    slack, card, deadlines, deliverer, clock
):
    clock.advance(hours=5)

    run(deadlines, deliverer, clock)

    [below] = slack.thread("acme", card["ts"])
    [told] = slack.messages("leads")
    assert pings(below) == pings(told) == ["!subteam^S000001"]
    assert card["ts"].replace(".", "") in str(told["blocks"])
    assert "still no reply" in told["text"]


def test_many_overdue_are_one_message_with_links_to_the_oldest(
    slack, store, deliverer, deadlines, clock
):
    keep(store, *many(25))
    for _ in range(30):
        deliverer.deliver()
        clock.advance(seconds=5)
    before = len(slack.all_messages())
    clock.advance(hours=4)

    run(deadlines, deliverer, clock, seconds=300)

    [told] = slack.all_messages()[before:]
    check(told["blocks"])
    assert told["text"].startswith(
        "25 mentions wait for a reply, 25 of them overdue; the oldest was due"
    )
    assert str(told["blocks"]).count("https://fake.slack.com/archives/") == 10
    assert "And 15 more." in str(told["blocks"])
    assert pings(told) == ["!subteam^S000001"]


@pytest.mark.parametrize("count", [1, 25])
@pytest.mark.parametrize(
    "how", ["drop_before", "drop_after", "http_before", "http_after", "error"]
)
def test_unclear_word_is_looked_up_and_never_said_twice(
    slack, store, make_sender, deliverer, deadlines, config, clock, how, count
):
    keep(store, *many(count))
    for _ in range(30):
        deliverer.deliver()
        clock.advance(seconds=5)
    clock.advance(hours=4)
    before = len(slack.all_messages())
    slack.break_next(how)

    deadlines.run()
    # A restart: what was known in memory is gone.
    again = Deadlines(store, make_sender(), config, clock)
    run(again, deliverer, clock, seconds=300)

    assert len(slack.all_messages()) == before + 1
    states = [r.state for r in all_rows(store) if r.kind.value == "missed"]
    assert states == ["sent"] * count


def all_rows(store):
    return [
        row
        for mention in store.mentions.find(Filter())
        for row in store.reminders.of(mention.id)
    ]


def test_busy_channel_waits_as_long_as_asked_for_cards_and_words_alike(
    slack, store, card, deadlines, deliverer, clock
):
    clock.advance(hours=4)
    slack.break_next("busy", channel=slack.named("acme").id, retry_after=60)
    deadlines.run()
    keep_one(store, post_id="2", due_at=clock() + HOUR)
    calls = len(slack.of("chat.postMessage"))

    clock.advance(seconds=50)
    deadlines.run()
    deliverer.deliver()
    assert len(slack.of("chat.postMessage")) == calls
    run(deadlines, deliverer, clock)

    assert len(slack.messages("acme")) == 3


def test_refused_channel_stops_its_words_alone_and_the_operator_is_told_once(
    slack, store, card, deadlines, deliverer, clock
):
    slack.named("leads").is_archived = True
    clock.advance(hours=5)

    run(deadlines, deliverer, clock, seconds=600)

    assert len(slack.thread("acme", card["ts"])) == 1
    assert slack.messages("leads") == []
    assert len([m for m in slack.messages("ops") if "unarchive" in m["text"]]) == 1
    slack.named("leads").is_archived = False
    run(deadlines, deliverer, clock, seconds=900)
    assert len(slack.messages("leads")) == 1


def test_slack_away_for_a_day_hears_one_word_of_what_is_still_open(
    slack, store, deliverer, deadlines, clock
):
    answered, still = (keep_one(store, post_id=n) for n in "12")
    deliverer.deliver()
    slack.faults.down = True
    run(deadlines, deliverer, clock, seconds=24 * 3600, step=1800)
    done = Move(Status.ANSWERED, "Ann", "replied")
    store.move(answered.id, Status.OPEN, done, clock())

    slack.faults.down = False
    run(deadlines, deliverer, clock, seconds=600)

    ref = store.outbox.alert_of(still.id).ref
    assert len(slack.thread("acme", ref.partition(":")[2])) == 1
    assert len(slack.messages("leads")) == 1
    assert len(slack.messages("acme")) == 2


def test_word_below_a_deleted_card_comes_below_the_new_one(
    slack, store, card, deadlines, deliverer, clock
):
    slack.named("acme").messages.clear()
    clock.advance(hours=4)

    run(deadlines, deliverer, clock)

    [again, told] = slack.named("acme").messages
    assert told["thread_ts"] == again["ts"] != card["ts"]
    [row] = [r for r in all_rows(store) if r.kind.value == "missed"]
    assert row.state == Delivery.SENT.value


@pytest.mark.parametrize("how", ["drop_before", "drop_after"])
def test_unclear_word_whose_card_was_deleted_comes_below_the_new_one(
    slack, store, card, deadlines, deliverer, clock, how
):
    clock.advance(hours=4)
    slack.break_next(how)
    deadlines.run()
    slack.named("acme").messages.clear()

    run(deadlines, deliverer, clock, seconds=300)

    [again, told] = slack.named("acme").messages
    assert told["thread_ts"] == again["ts"] != card["ts"]


def test_people_are_looked_up_once_a_day(
    slack, store, database, card, deadlines, deliverer, clock, ann
):
    claim(database, store, "Ann")
    clock.advance(hours=3)
    run(deadlines, deliverer, clock)
    clock.advance(minutes=45)
    run(deadlines, deliverer, clock)

    assert len(slack.thread("acme", card["ts"])) == 2
    assert len(slack.of("users.lookupByEmail")) == 1


@pytest.mark.parametrize("text", ["<!channel> <@U0000001>", "\u202e\x00", "👩" * 500])
def test_hostile_authors_ping_nobody(slack, store, deliverer, deadlines, clock, text):
    keep(store, *many(6, author=text, text=text))
    for _ in range(3):
        deliverer.deliver()
        clock.advance(seconds=10)
    clock.advance(hours=5)

    run(deadlines, deliverer, clock)

    assert set(slack.pinged()) == {"!subteam^S000001"}
