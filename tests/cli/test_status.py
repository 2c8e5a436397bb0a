"""What status shows beside sources and queue: errands, replies, money."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors import Unavailable
from monitor.cli.status import month_began
from monitor.models import Status
from monitor.rules import outcome
from monitor.store import Database, Filter, Store

X = """
  - type: x
    name: x
    bearer_token: ${X_BEARER}
    budget: 20
    budget_day: 1
"""


@pytest.fixture
def store(everyreply, place):
    """What is kept after one poll; two mentions are open."""
    everyreply("poll", "inbox")
    kept = Store(Database(f"sqlite:///{place / 'test.db'}"))
    yield kept
    kept.close()


@pytest.fixture
def status(everyreply):
    """Return the text that status prints, and its JSON."""

    def look():
        found = json.loads(everyreply("status", "--json").stdout)
        return everyreply("status").output, found

    return look


def test_errand_is_shown_with_its_success_and_its_failures(store, status):
    now = datetime.now(UTC)
    fine = store.errands.at("inbox", "notice", now)
    store.errands.done(fine, now + timedelta(minutes=5), now)
    failing = store.errands.at("inbox", "recheck", now)
    store.errands.postpone(failing, now, "no answer from there", now, tell=False)

    shown, found = status()

    states = {one["job"]: (one["state"], one["failures"]) for one in found["errands"]}
    assert states == {"notice": ("fine", 0), "recheck": ("failing", 1)}
    assert "inbox, recheck: no answer from there" in shown
    assert found["errands"][0]["last_success"] == now.isoformat()


def test_paused_errand_says_that_somebody_must_act(store, status):
    now = datetime.now(UTC)
    store.errands.pause(store.errands.at("inbox", "notice", now), "no scope", now)

    shown, found = status()

    assert found["errands"][0]["next"] is None
    assert "paused: somebody must act" in shown


def test_reply_under_way_is_counted_and_named_once_it_is_late(store, status):
    now = datetime.now(UTC)
    one, other = store.mentions.find(Filter(status=Status.OPEN))
    store.replies.submit(one.id, "Sorry!", "ann", now, awaits=False)
    late = store.replies.submit(other.id, "Sorry!", "bob", now, awaits=False)
    store.replies.claim(late, now)
    store.replies.requeue(late, now, str(Unavailable("slowed down")))

    shown, found = status()

    assert "Replies: 2 under way, 0 refused this week" in shown
    assert "by bob to mention" in shown
    assert "slowed down" in shown
    assert "by ann" not in shown
    assert [row["state"] for row in found["replies"]["under_way"]] == ["queued"] * 2
    assert "Sorry!" not in shown


def test_refused_reply_is_named_with_its_reason_for_a_week(store, status):
    now = datetime.now(UTC)
    one, other = store.mentions.find(Filter(status=Status.OPEN))
    for mention, at in ((one, now), (other, now - timedelta(days=8))):
        row = store.replies.submit(mention.id, "Sorry!", "ann", at, awaits=False)
        store.replies.claim(row, at)
        store.replies.settle(row, outcome.refused(row, "banned there"), at)

    shown, found = status()

    assert "0 under way, 1 refused this week" in shown
    assert "is refused" in shown
    assert "banned there" in shown
    assert [row["mention"] for row in found["replies"]["refused"]] == [one.id]


def test_queue_that_waits_is_named_with_its_reason_and_its_next_try(store, status):
    now = datetime.now(UTC)
    soon = now + timedelta(seconds=30)
    store.lanes.refuse("#acme", soon, "invite the app: /invite @everyreply", now)
    store.lanes.hold("#bolt", soon, "Slack asks for time", failed=False)

    shown, found = status()

    states = {one["name"]: one["state"] for one in found["lanes"]}
    assert states == {"#acme": "refused: somebody must act", "#bolt": "waits"}
    assert "messages to #acme: refused: somebody must act, since" in shown
    assert "invite the app: /invite @everyreply" in shown
    assert "messages to #bolt: waits, next try" in shown


def test_spending_of_the_month_is_shown_against_the_budget(store, status, place):
    config = place / "config.yaml"
    text = config.read_text()
    config.write_text(text.replace("sources:", "sources:" + X, 1))
    meter = store.meter("x", lambda: datetime.now(UTC))
    meter.add("posts read", 500, 2_500_000)

    shown, found = status()

    began = datetime.now(UTC).date().replace(day=1)
    assert f"Spent: x: $2.50 of $20.00 since {began}" in shown
    [told] = found["spending"]
    assert (told["dollars"], told["budget"]) == (2.5, 20)


@pytest.mark.parametrize(
    ("today", "day", "began"),
    [
        (date(2026, 11, 22), 1, date(2026, 11, 1)),
        (date(2026, 11, 22), 22, date(2026, 11, 22)),
        (date(2026, 11, 22), 23, date(2026, 10, 23)),
        (date(2026, 1, 5), 28, date(2025, 12, 28)),
        (date(2024, 3, 1), 28, date(2024, 2, 28)),
    ],
)
def test_month_of_a_budget_begins_on_its_day(today, day, began):
    assert month_began(today, day) == began
