"""When a digest goes out: once a week, by the brand's clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.model import WEEKDAYS, Digest
from monitor.digest.period import Period
from monitor.digest.schedule import due, send_at

START = datetime(2025, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def week(day, zone="UTC"):
    return Period(day, day + timedelta(days=6), zone)


@pytest.mark.parametrize(
    ("monday", "zone", "day", "at", "expected"),
    [
        ("2026-11-16", "UTC", "mon", "08:00", "2026-11-23T08:00"),
        ("2026-11-16", "UTC", "fri", "16:30", "2026-11-27T16:30"),
        ("2026-11-16", "Asia/Tokyo", "mon", "08:00", "2026-11-22T23:00"),
        ("2026-11-16", "America/New_York", "mon", "08:00", "2026-11-23T13:00"),
        # The week in which Amsterdam leaves summer time, and the one it comes back.
        ("2026-10-19", "Europe/Amsterdam", "mon", "08:00", "2026-10-26T07:00"),
        ("2026-03-23", "Europe/Amsterdam", "mon", "08:00", "2026-03-30T06:00"),
        # 02:30 on 29 March does not exist there; it is 03:30.
        ("2026-03-16", "Europe/Amsterdam", "sun", "02:30", "2026-03-29T01:30"),
        # 02:30 on 25 October comes twice; the first counts.
        ("2026-10-12", "Europe/Amsterdam", "sun", "02:30", "2026-10-25T00:30"),
    ],
)
def test_it_goes_out_at_its_time_by_the_brands_clocks(monday, zone, day, at, expected):
    settings = Digest(day=day, at=time.fromisoformat(at))

    found = send_at(week(date.fromisoformat(monday), zone), settings)

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-11-23T07:59", "2026-11-09"),
        ("2026-11-23T08:00", "2026-11-16"),
        ("2026-11-29T23:59", "2026-11-16"),
        ("2027-03-01T08:00", "2027-02-22"),  # after months of rest: only the latest
    ],
)
def test_only_the_latest_week_that_is_over_is_due(now, first):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)

    found = due(at, "UTC", Digest(), LONG_AGO)

    assert found == week(date.fromisoformat(first))


@pytest.mark.parametrize(
    ("began", "is_due"),
    [(None, False), ("2026-11-23T00:00", False), ("2026-11-22T23:59", True)],
)
def test_a_week_in_which_nothing_was_watched_has_no_digest(began, is_due):
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    began_at = began and datetime.fromisoformat(began).replace(tzinfo=UTC)

    assert (due(now, "UTC", Digest(), began_at) is not None) is is_due


@given(
    st.integers(0, 3 * 365 * 24 * 60).map(lambda n: START + timedelta(minutes=n)),
    st.sampled_from(["UTC", "Pacific/Auckland", "America/St_Johns", "Europe/Lisbon"]),
    st.sampled_from(WEEKDAYS),
    st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_what_is_due_is_over_and_past_its_time_and_the_next_is_not(now, zone, day, at):
    settings = Digest(day=day, at=at)

    found = due(now, zone, settings, LONG_AGO)

    after = Period(found.first + timedelta(7), found.last + timedelta(7), zone)
    assert found.is_week
    assert found.end <= now
    assert send_at(found, settings) <= now
    assert send_at(after, settings) > now or after.end > now
