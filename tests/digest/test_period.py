from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.period import Period, last_week, read_week, week_of

HOUR = timedelta(hours=1)
BEGIN, END = datetime.fromisoformat("2015-01-01"), datetime.fromisoformat("2037-01-01")


@pytest.mark.parametrize(
    ("zone", "monday", "hours"),
    [
        ("UTC", "2026-03-23", 168),
        ("Europe/Amsterdam", "2026-03-23", 167),
        ("Europe/Amsterdam", "2026-10-19", 169),
        ("America/Los_Angeles", "2026-03-02", 167),
        ("Australia/Lord_Howe", "2026-03-30", 168.5),
        ("Africa/Cairo", "2026-04-20", 167),
    ],
)
def test_week_is_as_long_as_the_clocks_make_it(zone, monday, hours):
    week = week_of(
        datetime.combine(
            date.fromisoformat(monday), datetime.min.time(), ZoneInfo(zone)
        ),
        zone,
    )

    assert (week.end - week.start) / HOUR == hours


def test_day_whose_midnight_does_not_exist_begins_when_the_clocks_land():
    day = Period(date(2026, 4, 24), date(2026, 4, 24), "Africa/Cairo")

    local = day.start.astimezone(ZoneInfo("Africa/Cairo"))

    assert (local.hour, local.day) == (1, 24)
    assert (day.end - day.start) / HOUR == 23


@given(
    st.datetimes(BEGIN, END, timezones=st.just(UTC)),
    st.sampled_from(("UTC", "Europe/Amsterdam", "America/Havana", "Pacific/Kiritimati",
                     "Asia/Kathmandu", "Pacific/Pago_Pago", "America/St_Johns")),
)  # fmt: skip
def test_every_moment_falls_into_one_day_of_its_week(moment, zone):
    week = week_of(moment, zone)

    starts = (*week.day_starts(), week.end)

    assert week.start <= moment < week.end
    [day] = [
        d
        for d, a, b in zip(week.days, starts[:-1], starts[1:], strict=True)
        if a <= moment < b
    ]
    assert day == moment.astimezone(ZoneInfo(zone)).date()
    assert week.before.end == week.start


def test_last_week_is_the_last_one_that_is_over_where_the_brand_is():
    sunday_evening = datetime(2026, 11, 15, 22, tzinfo=UTC)

    assert last_week(sunday_evening, "UTC").label == "2026-W45"
    assert last_week(sunday_evening, "Asia/Tokyo").label == "2026-W46"


def test_week_is_read_as_iso_writes_it():
    assert read_week("2026-W47", "UTC").first == date(2026, 11, 16)
    assert read_week("2026w01", "UTC").first == date(2025, 12, 29)
    assert read_week("2026-W47", "UTC").label == "2026-W47"


def test_days_are_read_as_their_label_writes_them():
    days = Period(date(2026, 11, 15), date(2026, 11, 21), "UTC")

    assert read_week(days.label, "UTC") == days
    with pytest.raises(ValueError, match="swap the two days"):
        read_week("2026-11-21..2026-11-15", "UTC")
    with pytest.raises(ValueError, match="is not a day"):
        read_week("2026-11-31..2026-12-02", "UTC")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("last", '"last" is not an ISO week; write one like 2026-W47'),
        ("2026-W54", "the year 2026 has no week 54"),
        ("2025-W53", "the year 2025 has no week 53"),
    ],
)
def test_wrong_week_is_told_with_the_remedy(text, words):
    with pytest.raises(ValueError, match=words):
        read_week(text, "UTC")


def test_range_is_labelled_by_its_days_and_compared_with_as_many_before():
    three = Period(date(2026, 3, 28), date(2026, 3, 30), "UTC")

    assert three.label == "2026-03-28..2026-03-30"
    assert (three.before.first, three.before.last) == (
        date(2026, 3, 25),
        date(2026, 3, 27),
    )


def test_days_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match="swap the two days"):
        Period(date(2026, 3, 2), date(2026, 3, 1), "UTC")
