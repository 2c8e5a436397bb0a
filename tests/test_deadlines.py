"""Each word about a deadline once, to whom it concerns, whatever happens between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import FileSource, Gone, Refused, Unavailable
from monitor.config import (
    Brand,
    Config,
    Escalation,
    Hours,
    Reminders,
    SlackSettings,
)
from monitor.deadlines import Deadlines, Reminding
from monitor.models import Delivery, Status
from monitor.store import Filter, Move, Store
from tests.fakes.mentions import NOW
from tests.fakes.reminding import FakeReminding
from tests.store.helpers import keep, keep_one, many

HOUR = timedelta(hours=1)


def slack(**more):
    escalation = (Escalation(to="boss@acme.example"),)
    given = {"bot_token": "xoxb-1", "channel": "#acme", "escalation": escalation}
    return SlackSettings(**(given | more))


def with_slack(config, **more):
    return config.model_copy(update={"slack": slack(**more)})


@pytest.fixture
def config():
    return Config(
        brands=(Brand(name="Acme", keywords=("acme",)),),
        sources=(FileSource(type="file", name="file", path="unused"),),
        slack=slack(),
    )


@pytest.fixture
def database_url(tmp_path, sqlite_file):
    """SQLite alone: what differs on PostgreSQL is tested with the store, and killed."""
    path = tmp_path / "test.db"
    path.write_bytes(sqlite_file.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def reminding():
    return FakeReminding()


@pytest.fixture
def deadlines(store, reminding, config, clock):
    return Deadlines(store, reminding, config, clock)


@pytest.fixture
def live(deadlines, deliverer, clock):
    """Let time pass; the scheduler ticks."""

    def live(every=timedelta(minutes=15), deadlines=deadlines, **span):
        end = clock() + timedelta(**span)
        while True:
            deliverer.deliver()
            deadlines.run()
            if clock() >= end:
                return
            clock.time = min(clock() + every, end)

    return live


def set_values(database, **values):
    """Change every mention, as what people press does."""
    with database.write() as session:
        for one in Store(database).mentions.find(Filter()):
            for name, value in values.items():
                setattr(one, name, value)
            session.add(one)


def close(store, mention, clock, status=Status.DISMISSED):
    store.move(mention.id, Status.OPEN, Move(status, "Ann", "why"), clock())


def test_senders_can_remind(reminding):
    assert isinstance(reminding, Reminding)


def test_each_word_is_said_once_in_its_order(store, live, reminding):
    mention = keep_one(store)

    live(hours=8)

    assert reminding.kinds == ["nearing", "soon", "missed", "escalated"]
    for _, [(word, card)] in reminding.said:
        assert (word.due_at, word.card_ref) == (mention.due_at, "ts-0")
        assert card.mention_id == mention.id


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_at_most_so_many_words_per_mention(store, live, config, deadlines, kept):
    config = with_slack(config, reminders=Reminders(most=kept))
    keep_one(store)

    live(deadlines=replace(deadlines, config=config), hours=8)

    all_kinds = ["nearing", "soon", "missed", "escalated"]
    kinds = {0: [], 1: ["missed"], 2: all_kinds[2:], 3: all_kinds[1:]}[kept]
    assert deadlines.sender.kinds == kinds


def test_limit_holds_over_all_deadlines_of_a_mention(store, live, reminding, clock):
    mention = keep_one(store)
    for _ in range(3):
        live(hours=8)
        close(store, mention, clock)
        again = Move(Status.OPEN, "Ann", "a mistake", due_at=clock() + 4 * HOUR)
        store.move(mention.id, Status.DISMISSED, again, clock())
    live(hours=8)

    assert len(reminding.said) == 4


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.DISMISSED, Status.GONE])
def test_closed_mention_is_left_alone(store, live, reminding, clock, status):
    mention = keep_one(store)
    live(hours=2)
    close(store, mention, clock, status)

    live(hours=8)

    assert reminding.said == []


def test_owner_is_called_and_nobody_else_until_it_is_escalated(
    store, live, reminding, database
):
    keep_one(store)
    live(hours=1)
    set_values(database, assignee="Ann")

    live(hours=8)

    calls = [(word.calls, word.otherwise) for _, [(word, _)] in reminding.said]
    boss = "boss@acme.example"
    assert calls == [
        (("Ann",), ()), (("Ann",), ()), (("Ann",), (boss,)), ((boss, "Ann"), ()),
    ]  # fmt: skip


def test_snoozed_mention_is_quiet_and_then_hears_the_gravest_word(
    store, live, reminding, database
):
    mention = keep_one(store)
    set_values(database, snoozed_until=mention.due_at - timedelta(minutes=2))

    live(hours=3, minutes=57)
    assert reminding.said == []
    live(minutes=1)
    live(minutes=1)

    assert reminding.kinds == ["soon"]


def test_snooze_never_hides_a_deadline(store, live, reminding, database):
    mention = keep_one(store)
    set_values(database, snoozed_until=mention.due_at + timedelta(days=9))

    live(hours=5)

    assert reminding.kinds == ["missed", "escalated"]


def test_changed_deadline_is_reminded_of_and_the_old_one_is_not(
    store, live, reminding, database
):
    mention = keep_one(store)
    live(hours=2)
    later = mention.due_at + 6 * HOUR
    set_values(database, due_at=later)

    live(hours=9)

    assert reminding.kinds == ["nearing", "soon", "missed", "escalated"]
    assert {word.due_at for _, [(word, _)] in reminding.said} == {later}


def test_mention_opened_again_has_its_time_from_then_on(store, live, reminding, clock):
    mention = keep_one(store)
    close(store, mention, clock)
    clock.advance(days=7)
    again = Move(Status.OPEN, "Ann", "a mistake", due_at=clock() + 4 * HOUR)
    store.move(mention.id, Status.DISMISSED, again, clock())

    live(hours=2, minutes=59)
    assert reminding.said == []
    live(minutes=1)

    assert reminding.kinds == ["nearing"]


def test_after_downtime_each_mention_hears_one_word(
    store, live, reminding, deliverer, clock
):
    keep(store, *many(5))
    live(hours=1)
    clock.advance(hours=20)

    live(hours=1)

    assert reminding.kinds == ["escalated"] * 5


def test_many_overdue_at_once_are_told_in_one_message(
    store, live, reminding, deliverer, clock
):
    keep(store, *many(40))
    deliverer.deliver()
    clock.advance(hours=20)

    live(hours=8)

    [(_, words)] = reminding.said
    assert len(words) == 40
    states = {row.state for row in rows(store) if row.kind.value == "escalated"}
    assert states == {"sent"}


def rows(store):
    return [
        row
        for mention in store.mentions.find(Filter())
        for row in store.reminders.of(mention.id)
    ]


def test_night_and_weekend_are_quiet(store, live, reminding, config, deadlines, clock):
    office = Brand(name="Acme", keywords=("acme",), hours=Hours())
    config = config.model_copy(update={"brands": (office,)})
    clock.time = NOW.replace(day=9, hour=20)  # a Friday
    keep_one(store, found_at=clock(), due_at=clock() - HOUR, now=clock())
    at = []
    deadlines = replace(deadlines, config=config)

    for _ in range(70):
        live(deadlines=deadlines)
        at += [clock()] * (len(reminding.said) - len(at))
        clock.advance(hours=1)

    assert [f"{one:%a %H}" for one in at] == ["Mon 09", "Mon 10"]


def test_word_missed_while_we_were_down_waits_for_the_team(
    store, live, reminding, config, deadlines, clock
):
    office = Brand(name="Acme", keywords=("acme",), hours=Hours())
    config = config.model_copy(update={"brands": (office,)})
    deadlines = replace(deadlines, config=config)
    keep_one(store)
    live(deadlines=deadlines, hours=1)
    clock.time = NOW.replace(hour=22)

    live(deadlines=deadlines, hours=10, minutes=45)
    assert reminding.said == []
    live(deadlines=deadlines, minutes=15)

    assert reminding.kinds == ["escalated"]


def test_word_below_a_card_waits_until_the_card_is_out(
    store, deadlines, reminding, deliverer, clock
):
    keep_one(store)
    clock.advance(hours=5)
    deadlines.run()
    assert reminding.said == []

    deliverer.deliver()
    deadlines.run()

    assert reminding.kinds == ["escalated"]


def test_escalation_is_told_in_its_own_channel_too(store, live, config, deadlines):
    given = (Escalation(to="boss@acme.example", channel="#leads"),)
    config = with_slack(config, escalation=given)
    keep_one(store)

    live(deadlines=replace(deadlines, config=config), hours=8)

    places = [(w.kind.value, w.channel) for _, [(w, _)] in deadlines.sender.said]
    assert places[3:] == [("escalated", None), ("escalated", "#leads")]


@pytest.mark.parametrize(
    "error", [Unavailable("away"), Refused("no channel"), Gone("the card was deleted")]
)
def test_word_that_surely_was_not_said_is_said_later(
    store, live, reminding, clock, error
):
    keep_one(store)
    reminding.before = error
    live(hours=3)
    assert reminding.said == []
    reminding.before = None

    live(hours=8)

    assert reminding.kinds == ["nearing", "soon", "missed", "escalated"]


@pytest.mark.parametrize("error", [Unavailable("away"), Refused("no permission")])
def test_word_that_cannot_be_prepared_waits_unclaimed(store, live, reminding, error):
    keep_one(store)
    reminding.unprepared = error
    live(hours=3)
    assert {row.attempts for row in rows(store)} == {0}
    reminding.unprepared = None

    live(hours=8)

    assert len(reminding.said) == 4


@pytest.mark.parametrize("where", ["before", "unprepared"])
def test_defect_fails_its_word_alone_and_aloud(
    store, live, reminding, sender, clock, where
):
    keep_one(store)
    live(hours=2)
    setattr(reminding, where, ValueError("a bug"))
    live(hours=1)
    setattr(reminding, where, None)

    live(hours=8)

    assert reminding.kinds == ["soon", "missed", "escalated"]
    [failed] = [row for row in rows(store) if row.state == "failed"]
    assert failed.error == "a defect (ValueError)"
    assert any("its reminder met a defect" in words for words in sender.of("notice"))


def test_nothing_is_asked_of_a_database_where_all_is_said(
    store, live, reminding, deadlines
):
    keep(store, *many(3))
    live(hours=8)

    assert deadlines.plan() == 0
    assert deadlines.run() == 0
    assert store.reminders.unclear(deadlines.now()) == []
    assert Delivery.QUEUED.value not in {row.state for row in rows(store)}
