from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.config import WEEKDAYS, Brand, Deadlines, Hours, Priority
from monitor.rules.deadline import add_business_time, business_time, due_at

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KOLKATA = ZoneInfo("Asia/Kolkata")
NINE_TO_FIVE = Hours()
MINUTE = timedelta(minutes=1)


def at(text, zone=AMSTERDAM):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# 2026-01-05 is a Monday; clocks change on 2026-03-29 and 2026-10-25 in Amsterdam.
@pytest.mark.parametrize(
    ("start", "hours_open", "end"),
    [
        ("2026-01-05T10:00", 4, "2026-01-05T14:00"),
        ("2026-01-05T10:00", 7, "2026-01-05T17:00"),
        ("2026-01-05T15:00", 4, "2026-01-06T11:00"),
        ("2026-01-05T10:00", 24, "2026-01-08T10:00"),
        ("2026-01-05T07:30", 1, "2026-01-05T10:00"),
        ("2026-01-05T17:00", 1, "2026-01-06T10:00"),
        ("2026-01-05T23:59", 1, "2026-01-06T10:00"),
        ("2026-01-09T16:00", 4, "2026-01-12T12:00"),
        ("2026-01-10T12:00", 1, "2026-01-12T10:00"),
        ("2026-03-27T16:00", 2, "2026-03-30T10:00"),
        ("2026-10-23T16:00", 2, "2026-10-26T10:00"),
        ("2026-12-31T16:00", 2, "2027-01-01T10:00"),
    ],
    ids=[
        "within the day", "to closing time", "over night", "three days",
        "before opening", "at closing time", "at night", "over the weekend",
        "on a Saturday", "weekend when clocks go forward",
        "weekend when clocks go back", "over new year",
    ],
)  # fmt: skip
def test_only_open_hours_count(start, hours_open, end):
    due = add_business_time(
        at(start), timedelta(hours=hours_open), NINE_TO_FIVE, AMSTERDAM
    )

    assert due == at(end)
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-29T00:30", "2026-03-29T04:30"),
        ("2026-10-25T00:30", "2026-10-25T02:30"),
    ],
    ids=["an hour is missing", "an hour comes twice"],
)
def test_changed_clocks_inside_open_hours_move_the_deadline(start, end):
    night = Hours(days=WEEKDAYS, opens=time(0), closes=time(6))

    due = add_business_time(at(start), timedelta(hours=3), night, AMSTERDAM)

    assert due.astimezone(AMSTERDAM).replace(fold=0) == at(end)
    assert business_time(at(start), due, night, AMSTERDAM) == timedelta(hours=3)


def test_opening_hours_that_the_clock_leaps_over_count_nothing():
    night = Hours(days=WEEKDAYS, opens=time(2), closes=time(3))

    due = add_business_time(
        at("2026-03-28T02:30"), timedelta(hours=1), night, AMSTERDAM
    )

    assert due == at("2026-03-30T02:30")


def test_holidays_do_not_count():
    hours = Hours(holidays=("2026-12-25", "2026-12-28"))

    due = add_business_time(
        at("2026-12-24T16:00"), timedelta(hours=2), hours, AMSTERDAM
    )

    assert due == at("2026-12-29T10:00")


def test_without_hours_every_minute_counts():
    start = at("2026-03-28T12:00")

    due = add_business_time(start, timedelta(hours=24), None, AMSTERDAM)

    assert due == datetime(2026, 3, 29, 11, tzinfo=UTC)
    assert business_time(start, due, None, AMSTERDAM) == timedelta(hours=24)


def test_time_between_two_times_of_one_zone_is_real_time():
    start, end = at("2026-03-29T00:00"), at("2026-03-29T12:00")

    assert business_time(start, end, None, AMSTERDAM) == timedelta(hours=11)


def test_a_second_hour_of_the_same_name_is_later_not_equal():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM)
    second = first.replace(fold=1)

    assert business_time(first, second, None, AMSTERDAM) == timedelta(hours=1)


def test_hours_are_those_of_the_team_not_of_the_start():
    start = at("2026-01-05T20:00", AMSTERDAM)

    due = add_business_time(start, timedelta(hours=1), NINE_TO_FIVE, NEW_YORK)

    assert due == at("2026-01-05T15:00", NEW_YORK)


def test_the_teams_monday_begins_on_our_sunday():
    start = datetime(2026, 1, 4, 23, tzinfo=UTC)

    due = add_business_time(start, timedelta(hours=1), NINE_TO_FIVE, LORD_HOWE)

    assert due == at("2026-01-05T11:00", LORD_HOWE)


def test_span_of_years_is_open_time_too():
    one_day_a_week = Hours(days=("mon",), opens=time(9), closes=time(10))

    due = add_business_time(
        at("2026-01-05T09:00"), timedelta(hours=500), one_day_a_week, AMSTERDAM
    )

    assert due == at("2035-07-30T10:00")


def test_no_time_lies_between_an_end_and_a_later_start():
    start, end = at("2026-01-06T10:00"), at("2026-01-05T10:00")

    assert business_time(start, end, NINE_TO_FIVE, AMSTERDAM) == timedelta(0)


@pytest.mark.parametrize("priority", Priority)
def test_due_time_follows_the_priority_and_the_brands_hours(priority):
    brand = Brand(name="Acme", time_zone="Europe/Amsterdam", hours=NINE_TO_FIVE)
    deadlines = Deadlines(
        urgent=timedelta(hours=1),
        high=timedelta(hours=2),
        normal=timedelta(hours=3),
        low=timedelta(hours=4),
    )
    ends = {"urgent": 10, "high": 11, "normal": 12, "low": 13}

    due = due_at(at("2026-01-10T12:00"), priority, deadlines, brand)

    assert due == at(f"2026-01-12T{ends[priority.value]}:00")


def is_open(minute, hours, zone):
    """Read the wall clock: slow and obvious."""
    local = minute.astimezone(zone)
    return (
        WEEKDAYS[local.weekday()] in hours.days
        and local.date().isoformat() not in hours.holidays
        and hours.opens <= local.time() < hours.closes
    )


ZONES = st.sampled_from([ZoneInfo("UTC"), AMSTERDAM, NEW_YORK, LORD_HOWE, KOLKATA])  # fmt: skip
# Around the changes of clocks in both hemispheres, and some plain days.
STARTS = st.builds(
    lambda day, minute: datetime.combine(day, time(0), UTC) + minute * MINUTE,
    st.sampled_from([
        date(2026, 1, 5), date(2026, 3, 6), date(2026, 3, 27), date(2026, 4, 3),
        date(2026, 10, 2), date(2026, 10, 23), date(2026, 10, 30), date(2026, 12, 30),
    ]),
    st.integers(0, 3 * 24 * 60),
)  # fmt: skip
SPANS = st.integers(1, 48 * 60).map(lambda minutes: minutes * MINUTE)


@st.composite
def open_hours(draw):
    """Hours that do not open or close in an hour which a zone leaps or repeats."""
    opens, closes = sorted(
        draw(st.lists(st.sampled_from([0, 4, 9, 12, 17, 23]), min_size=2, max_size=2, unique=True))
    )  # fmt: skip
    return Hours(
        days=tuple(sorted(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1)))),
        opens=time(opens),
        closes=time(closes),
        holidays=tuple(
            draw(st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)).map(str), max_size=3))
        ),
    )  # fmt: skip


@given(STARTS, STARTS, open_hours(), ZONES)
def test_business_time_is_what_a_minute_hand_counts(start, end, hours, zone):
    assume(end - start < timedelta(days=8))
    slow = timedelta(0)
    minute = start
    while minute < end:
        slow += MINUTE * is_open(minute, hours, zone)
        minute += MINUTE

    assert business_time(start, end, hours, zone) == slow


@given(STARTS, SPANS, open_hours() | st.none(), ZONES)
def test_adding_open_time_and_measuring_it_agree(start, span, hours, zone):
    due = add_business_time(start, span, hours, zone)

    assert business_time(start, due, hours, zone) == span


@given(STARTS, SPANS, open_hours(), ZONES)
def test_a_deadline_falls_into_open_hours(start, span, hours, zone):
    due = add_business_time(start, span, hours, zone)

    assert is_open(due - MINUTE, hours, zone)


@given(STARTS, SPANS, SPANS, open_hours() | st.none(), ZONES)
def test_more_time_is_never_due_sooner(start, one, other, hours, zone):
    less, more = sorted((one, other))

    assert add_business_time(start, less, hours, zone) <= add_business_time(
        start, more, hours, zone
    )


@given(STARTS, STARTS, SPANS, open_hours() | st.none(), ZONES)
def test_a_later_start_is_never_due_sooner(one, other, span, hours, zone):
    early, late = sorted((one, other))

    assert add_business_time(early, span, hours, zone) <= add_business_time(
        late, span, hours, zone
    )
