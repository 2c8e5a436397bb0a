from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import (
    WEEKDAYS,
    Brand,
    Escalation,
    Group,
    Hours,
    Person,
    Reminders,
    SlackSettings,
)
from monitor.models import ReminderKind
from monitor.rules.deadline import add_business_time, business_time
from monitor.rules.reminders import (
    SEVERITY,
    called,
    chosen,
    escalation,
    is_broadcast,
    may_go_at,
    open_at,
    planned,
)

NEARING, SOON, MISSED, ESCALATED = SEVERITY
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NINE_TO_FIVE = Hours()
NIGHTS = Hours(days=WEEKDAYS, opens=time(0), closes=time(6))
DEFAULT = Reminders()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def at(text, zone=AMSTERDAM):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def brand(hours=NINE_TO_FIVE, zone="Europe/Amsterdam"):
    return Brand(name="Acme", keywords=("acme",), hours=hours, time_zone=zone)


def shown(plan, zone=AMSTERDAM):
    local = {one.kind.value: one.at.astimezone(zone) for one in plan}
    return {kind: f"{when:%m-%dT%H:%M}" for kind, when in local.items()}


# 2026-01-05 is a Monday; clocks change on 2026-03-29 and 2026-10-25 in Amsterdam.
@pytest.mark.parametrize(
    ("since", "due", "nearing", "soon", "missed", "escalated"),
    [
        ("01-05T10:00", "01-05T14:00", "01-05T13:00", "01-05T13:45", "01-05T14:00",
         "01-05T15:00"),
        ("01-05T15:00", "01-06T11:00", "01-06T10:00", "01-06T10:45", "01-06T11:00",
         "01-06T12:00"),
        ("01-09T16:00", "01-12T09:15", "01-09T16:56", "01-12T09:00", "01-12T09:15",
         "01-12T10:15"),
        ("01-05T13:00", "01-05T17:00", "01-05T16:00", "01-05T16:45", "01-05T17:00",
         "01-06T10:00"),
        ("01-05T12:30", "01-05T16:30", "01-05T15:30", "01-05T16:15", "01-05T16:30",
         "01-06T09:30"),
        ("01-05T08:00", "01-05T20:00", "01-05T15:00", "01-05T16:45", "01-06T09:00",
         "01-06T10:00"),
        ("03-27T15:00", "03-30T11:00", "03-30T10:00", "03-30T10:45", "03-30T11:00",
         "03-30T12:00"),
        ("10-23T15:00", "10-26T11:00", "10-26T10:00", "10-26T10:45", "10-26T11:00",
         "10-26T12:00"),
    ],
    ids=[
        "within the day", "over night", "over the weekend, soon at opening",
        "due at closing time", "escalated the next day", "due in the night",
        "weekend when clocks go forward", "weekend when clocks go back",
    ],
)  # fmt: skip
def test_words_come_in_the_hours_of_the_team(
    since, due, nearing, soon, missed, escalated
):
    plan = planned(at(f"2026-{since}"), at(f"2026-{due}"), DEFAULT, brand())

    assert shown(plan) == {
        "nearing": nearing, "soon": soon, "missed": missed, "escalated": escalated,
    }  # fmt: skip
    assert all(one.at.tzinfo is UTC for one in plan)


@pytest.mark.parametrize(
    ("since", "due", "nearing"),
    [
        ("2026-03-29T00:00", "2026-03-29T05:00", "2026-03-29T04:00"),
        ("2026-10-25T00:00", "2026-10-25T03:00", "2026-10-25T02:00"),
    ],
    ids=["an hour is missing", "an hour comes twice"],
)
def test_share_is_one_of_real_time_where_clocks_change(since, due, nearing):
    first = planned(at(since), at(due), DEFAULT, brand(NIGHTS))[0]

    assert first.kind is NEARING
    assert first.at.astimezone(AMSTERDAM).replace(fold=0) == at(nearing)


def test_without_hours_every_minute_counts():
    since = datetime(2026, 1, 10, 22, tzinfo=UTC)

    plan = planned(since, since + 8 * HOUR, DEFAULT, brand(None, "UTC"))

    spans = [one.at - since for one in plan]
    assert spans == [6 * HOUR, 7 * HOUR + 45 * MINUTE, 8 * HOUR, 9 * HOUR]


def test_brand_that_left_the_config_is_reminded_around_the_clock():
    since = datetime(2026, 1, 10, 22, tzinfo=UTC)

    assert len(planned(since, since + 8 * HOUR, DEFAULT, None)) == 4


@pytest.mark.parametrize(
    ("span", "kinds"),
    [
        (60 * MINUTE, [SOON, MISSED, ESCALATED]),
        (61 * MINUTE, [NEARING, SOON, MISSED, ESCALATED]),
        (40 * MINUTE, [SOON, MISSED, ESCALATED]),
        (15 * MINUTE, [NEARING, MISSED, ESCALATED]),
        (0 * MINUTE, [MISSED, ESCALATED]),
        (-9 * HOUR, [MISSED, ESCALATED]),
    ],
)
def test_short_deadline_has_no_word_that_says_the_same_twice(span, kinds):
    since = datetime(2026, 1, 5, 10, tzinfo=UTC)

    plan = planned(since, since + span, DEFAULT, None)

    assert [one.kind for one in plan] == kinds


@pytest.mark.parametrize(
    ("settings", "left_out"),
    [(Reminders(missed=False), MISSED), (Reminders(escalate_after=None), ESCALATED)],
)
def test_words_can_be_left_out(settings, left_out):
    since = datetime(2026, 1, 5, 10, tzinfo=UTC)

    plan = planned(since, since + 4 * HOUR, settings, None)

    assert [one.kind for one in plan] == [k for k in SEVERITY if k is not left_out]


@pytest.mark.parametrize(
    ("said", "most", "kinds"),
    [
        (0, 4, {NEARING, SOON, MISSED, ESCALATED}),
        (0, 3, {SOON, MISSED, ESCALATED}),
        (0, 2, {MISSED, ESCALATED}),
        (0, 1, {MISSED}),
        (3, 4, {MISSED}),
        (4, 4, set()),
        (9, 4, set()),
        (0, 0, set()),
    ],
)
def test_where_few_may_be_said_the_gravest_are_kept(said, most, kinds):
    since = datetime(2026, 1, 5, 10, tzinfo=UTC)
    plan = planned(since, since + 4 * HOUR, DEFAULT, None)

    assert set(chosen(plan, said, most)) == kinds


@pytest.mark.parametrize(
    ("kind", "owner", "calls", "otherwise"),
    [
        (NEARING, None, (), ()),
        (NEARING, "Ann", ("Ann",), ()),
        (SOON, None, (), ()),
        (SOON, "Ann", ("Ann",), ()),
        (MISSED, None, ("@leads",), ()),
        (MISSED, "Ann", ("Ann",), ("@leads",)),
        (ESCALATED, None, ("@leads",), ()),
        (ESCALATED, "Ann", ("@leads", "Ann"), ()),
    ],
)
def test_owner_alone_is_called_until_it_is_escalated(kind, owner, calls, otherwise):
    assert called(kind, owner, ("@leads",)) == (calls, otherwise)


@pytest.mark.parametrize(
    ("kind", "calls_somebody", "broadcast"),
    [
        (NEARING, False, False),
        (NEARING, True, False),
        (SOON, False, True),
        (SOON, True, False),
        (MISSED, False, True),
        (MISSED, True, True),
        (ESCALATED, False, True),
        (ESCALATED, True, False),
    ],
)
def test_channel_sees_what_is_missed_and_what_nobody_else_would(
    kind, calls_somebody, broadcast
):
    assert is_broadcast(kind, calls_somebody=calls_somebody) is broadcast


def settings(**more):
    return SlackSettings(**({"bot_token": "xoxb-1", "channel": "#acme"} | more))


@pytest.mark.parametrize(
    ("brand_name", "expected"),
    [
        ("Acme", (("@leads",), "#acme-leads")),
        ("Bolt", (("ann@acme.example", "bob@acme.example"), None)),
        ("Cup", (("boss@acme.example",), None)),
        ("Dot", (("cat@acme.example",), None)),
    ],
    ids=["group's handle", "group's members", "an address", "a person"],
)
def test_first_escalation_that_fits_the_brand_counts(brand_name, expected):
    one = Escalation
    given = settings(
        people=(Person(email="cat@acme.example"),),
        groups=(
            Group(name="leads", handle="@leads", members=("ann@acme.example",)),
            Group(name="two", members=("ann@acme.example", "bob@acme.example")),
        ),
        escalation=(
            one(to="leads", brands=("Acme",), channel="#acme-leads"),
            one(to="two", brands=("Bolt", "Acme")),
            one(to="boss@acme.example", brands=("Cup",)),
            one(to="cat@acme.example"),
        ),
    )

    assert escalation(given, brand_name) == expected


@pytest.mark.parametrize("given", [None, settings()])
def test_without_escalation_nobody_is_called(given):
    assert escalation(given, "Acme") == ((), None)


@pytest.mark.parametrize(
    ("planned_at", "now", "goes"),
    [
        ("2026-01-05T10:00", "2026-01-05T10:00", "2026-01-05T10:00"),
        ("2026-01-05T17:00", "2026-01-05T17:10", "2026-01-05T17:10"),
        ("2026-01-05T17:00", "2026-01-05T17:11", "2026-01-06T09:00"),
        ("2026-01-05T10:00", "2026-01-05T17:00", "2026-01-05T17:00"),
        ("2026-01-09T16:00", "2026-01-10T12:00", "2026-01-12T09:00"),
        ("2026-01-05T16:00", "2026-01-06T08:59", "2026-01-06T09:00"),
    ],
    ids=["at once", "a little late", "too late", "closing time", "weekend", "morning"],
)
def test_word_that_was_held_up_waits_for_the_team(planned_at, now, goes):
    assert may_go_at(at(planned_at), at(now), brand()) == at(goes)


TIMES = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE
)
SPANS = st.timedeltas(timedelta(minutes=1), timedelta(days=10))
TEAMS = st.builds(
    brand,
    st.none() | st.just(NINE_TO_FIVE) | st.just(NIGHTS)
    | st.just(Hours(days=("sun", "tue"), opens=time(1, 30), closes=time(23, 59))),
    st.sampled_from(["UTC", "Europe/Amsterdam", "Australia/Lord_Howe", "Asia/Kolkata"]),
)  # fmt: skip
SETTINGS = st.builds(
    Reminders,
    at=st.floats(0.01, 0.99),
    before=SPANS,
    missed=st.booleans(),
    escalate_after=st.none() | SPANS,
)


@given(TIMES, SPANS, TEAMS, SETTINGS)
def test_plan_holds_for_every_team_and_deadline(since, span, team, settings):
    hours, zone = team.hours, team.zone
    due_at = add_business_time(since, span, hours, zone)

    plan = planned(since, due_at, settings, team)

    by_kind = {one.kind: one.at for one in plan}
    assert [one.kind for one in plan] == [k for k in SEVERITY if k in by_kind]
    assert [one.at for one in plan] == sorted({one.at for one in plan})
    assert all(one.at == open_at(one.at, hours, zone) for one in plan)
    for kind in (NEARING, SOON):
        assert since <= by_kind.get(kind, since) < due_at
    assert by_kind.get(MISSED, due_at) == due_at
    if SOON in by_kind:
        assert business_time(by_kind[SOON], due_at, hours, zone) == settings.before
    if ESCALATED in by_kind:
        after = business_time(due_at, by_kind[ESCALATED], hours, zone)
        assert after == settings.escalate_after


@given(TIMES, TIMES, TEAMS)
def test_word_goes_now_or_when_the_team_is_back_and_then_it_goes(planned_at, now, team):
    goes = may_go_at(planned_at, now, team)

    assert goes >= now
    assert may_go_at(goes, goes, team) == goes
    assert business_time(now, goes, team.hours, team.zone) == timedelta(0)


@given(TIMES, SPANS, TEAMS, st.integers(0, 6), st.integers(0, 6))
def test_never_more_is_said_than_may_be(since, span, team, said, most):
    plan = planned(since, since + span, DEFAULT, team)

    kinds = chosen(plan, said, most)

    assert len(kinds) <= max(most - said, 0)
    assert MISSED in kinds or most <= said
    assert set(kinds) <= set(ReminderKind)
