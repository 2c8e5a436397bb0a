from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Brand, Hours, Priority
from monitor.models import Status
from monitor.rules.declined import Declined
from monitor.rules.snooze import until
from monitor.rules.work import (
    NotOpen,
    PastDeadline,
    Taken,
    assigned,
    claimed,
    escalated,
    released,
    snoozed,
    woken,
)
from tests.fakes.mentions import NOW, make_mention

CLOSED = [status for status in Status if status is not Status.OPEN]
RULES = [
    claimed("Ann"),
    released("Ann"),
    assigned("Bob", "Ann"),
    snoozed(NOW + timedelta(minutes=1), "Ann"),
    escalated("Leads", "Ann"),
    woken(NOW),
]


@pytest.mark.parametrize("status", CLOSED)
@pytest.mark.parametrize("rule", RULES)
def test_what_is_not_open_cannot_be_worked_on(rule, status):
    with pytest.raises(NotOpen):
        rule(make_mention(status=status, answered_by="Bob"))


@pytest.mark.parametrize(
    ("has", "takes"), [(None, True), ("Ann", True), ("Bob", False)]
)
def test_claim_takes_what_nobody_else_has(has, takes):
    mention = make_mention(assignee=has)

    if takes:
        assert claimed("Ann")(mention).values == {"assignee": "Ann"}
    else:
        with pytest.raises(Taken, match="Bob has it"):
            claimed("Ann")(mention)


@pytest.mark.parametrize(("has", "words"), [(None, "free"), ("Bob", "only they")])
def test_release_is_for_its_owner(has, words):
    with pytest.raises(Declined, match=words):
        released("Ann")(make_mention(assignee=has))


def test_who_takes_a_mention_themselves_is_not_called():
    mention = make_mention(assignee="Bob")

    assert assigned("Ann", "Ann")(mention).note == {}
    assert assigned("Cy", "Ann")(mention).note["to"] == "Cy"


@given(st.integers(-600, 600))
def test_no_snooze_reaches_its_deadline(minutes):
    end = NOW + timedelta(minutes=minutes)
    mention = make_mention(due_at=NOW)

    if end < NOW:
        assert snoozed(end, "Ann")(mention).values == {"snoozed_until": end}
    else:
        with pytest.raises(PastDeadline):
            snoozed(end, "Ann")(mention)


@pytest.mark.parametrize(
    ("minutes", "wakes"), [(-1, True), (0, True), (1, False), (None, False)]
)
def test_snooze_ends_when_its_time_has_come(minutes, wakes):
    at = None if minutes is None else NOW + timedelta(minutes=minutes)
    mention = make_mention(snoozed_until=at)

    if wakes:
        assert woken(NOW)(mention).values == {"snoozed_until": None}
    else:
        with pytest.raises(Declined):
            woken(NOW)(mention)


def test_escalation_raises_the_priority_and_leaves_the_deadline():
    step = escalated("Leads", "Ann", "help\nnow")(make_mention())

    assert step.values["priority"] is Priority.URGENT
    assert step.values["why"] == ["escalated by Ann", "sounds negative (90%)"]
    assert "due_at" not in step.values
    assert step.note["words"] == "help now"


START, END = (
    datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2025, 2027)
)
AMSTERDAM = Brand(name="Acme", keywords=("acme",), time_zone="Europe/Amsterdam")
EARLY = AMSTERDAM.model_copy(update={"hours": Hours(opens=time(8), closes=time(18))})
MON, FRI, SUN = (datetime(2026, 1, day, 22, tzinfo=UTC) for day in (5, 9, 11))


@pytest.mark.parametrize(
    ("choice", "now", "brand", "end"),
    [
        ("30m", MON, None, MON + timedelta(minutes=30)),
        ("2h", MON, AMSTERDAM, MON + timedelta(hours=2)),
        ("tomorrow", MON, None, datetime(2026, 1, 6, 9, tzinfo=UTC)),
        ("tomorrow", MON, AMSTERDAM, datetime(2026, 1, 6, 8, tzinfo=UTC)),
        ("tomorrow", MON, EARLY, datetime(2026, 1, 6, 7, tzinfo=UTC)),
        ("monday", MON, None, datetime(2026, 1, 12, 9, tzinfo=UTC)),
        ("monday", FRI, None, datetime(2026, 1, 12, 9, tzinfo=UTC)),
        ("monday", SUN, None, datetime(2026, 1, 12, 9, tzinfo=UTC)),
        # In Amsterdam it is Monday already: the next one is meant.
        (
            "monday",
            SUN + timedelta(hours=1, minutes=30),
            AMSTERDAM,
            datetime(2026, 1, 19, 8, tzinfo=UTC),
        ),
    ],
)
def test_snooze_ends_as_its_words_say_where_the_team_is(choice, now, brand, end):
    assert until(choice, now, brand) == end


def test_snooze_that_is_not_on_the_menu_is_declined():
    with pytest.raises(Declined, match="not on the menu"):
        until("forever", NOW, None)


@given(
    st.sampled_from(["30m", "2h", "tomorrow", "monday"]),
    st.datetimes(
        START,
        END,
        timezones=st.just(UTC),
    ),
    st.sampled_from([None, AMSTERDAM, EARLY]),
)
def test_snooze_always_ends_later(choice, now, brand):
    assert until(choice, now, brand) > now
