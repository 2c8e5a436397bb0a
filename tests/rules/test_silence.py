from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.silence import MIN_QUIET, MIN_QUIET_BY_DAY, silence

LAST = datetime(2026, 1, 28, 12, tzinfo=UTC)


def days(*counts, end=date(2026, 1, 28)):
    """Posts per day, the last of them on `end`; None: no row for that day."""
    first = end - timedelta(days=len(counts) - 1)
    return {
        (first + timedelta(days=n)).isoformat(): posts
        for n, posts in enumerate(counts)
        if posts is not None
    }


STEADY = days(*[24] * 28)


# A steady source misses 6.9 posts once the chance is below one in a thousand.
@pytest.mark.parametrize(
    ("counts", "quiet_hours", "is_silent"),
    [
        ([24] * 28, 11.8, False),
        ([24] * 28, 12, True),
        ([2400] * 28, 11.9, False),
        ([2400] * 28, 12, True),
        ([1] * 28, 24 * 6.8, False),
        ([1] * 28, 24 * 7.2, True),
        ([1, 0, 0, 0, 0, 0, 0] * 4, 24 * 40, False),
        ([1] + [None] * 26 + [1], 24 * 100, False),
        ([24, 24], 24 * 5, False),
        ([24, 24, 24], 24, True),
        ([10_000, 1, 1], 24, False),
        ([10_000, 24, 24], 24, True),
    ],
    ids=[
        "hourly, not yet", "hourly, now", "busy, a night", "busy, now",
        "daily, not yet", "daily, now", "weekly", "twice in a month",
        "too young to have a habit", "just old enough",
        "its history came on the first day", "history and then a habit",
    ],
)  # fmt: skip
def test_quiet_is_silence_once_it_is_unlikely(counts, quiet_hours, is_silent):
    found = silence(LAST, days(*counts), LAST + timedelta(hours=quiet_hours))

    assert (found is not None) == is_silent


def test_source_that_never_brought_anything_is_not_silent():
    assert silence(None, {}, LAST) is None
    assert silence(None, STEADY, LAST) is None
    assert silence(LAST, {}, LAST + timedelta(days=9)) is None


def test_habits_older_than_four_weeks_are_forgotten():
    old = {(date(2025, 10, 1) + timedelta(days=n)).isoformat(): 999 for n in range(60)}

    found = silence(LAST, old | days(*[0] * 27, 1), LAST + timedelta(days=3))

    assert found is None


def test_silence_says_since_when_and_what_would_be_usual():
    found = silence(LAST, STEADY, LAST + timedelta(hours=12))

    assert found.since == LAST
    assert found.words == (
        "nothing since 28 Jan 12:00 UTC, where about 12 posts would be usual by now"
    )


@given(
    st.lists(st.integers(0, 500), min_size=3, max_size=28),
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_silence_does_not_end_by_waiting(counts, one, other):
    less, more = sorted((one, other))

    sooner = silence(LAST, days(*counts), LAST + less)
    later = silence(LAST, days(*counts), LAST + more)

    assert sooner is None or later is not None
    assert sooner is None or less >= MIN_QUIET_BY_DAY


# 28 Jan 2026 is a Wednesday.
def hours(usual, count=28, last=LAST):
    """Posts per hour up to that of the last post; `usual` gets each hour."""
    first = last - timedelta(days=count)
    each = [first + timedelta(hours=n) for n in range(24 * count + 1)]
    return {f"{hour:%Y-%m-%dT%H}": usual(hour) for hour in each if usual(hour)}


def steady(hour):
    return 10


def by_day(hour):
    """Twelve an hour while people are awake, nothing at night."""
    return 12 if 7 <= hour.hour < 23 else 0


def office(hour):
    return 6 if 8 <= hour.hour < 18 and hour.weekday() < 5 else 0


def slow(hour):
    return 1 if hour.hour == 9 else 0


def clumps(hour):
    """Two dozen posts a day, twelve at a time, nobody knows when."""
    return 12 * (hour.toordinal() * 7 % 24 in (hour.hour, (hour.hour * 5 + 3) % 24))


EVENING = LAST.replace(hour=22, minute=50)
FRIDAY = datetime(2026, 1, 30, 17, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("usual", "count", "last", "quiet_hours", "is_silent"),
    [
        (steady, 28, LAST, 1.9, False),
        (steady, 28, LAST, 2, True),
        (steady, 3, LAST, 2, True),
        (steady, 2, LAST, 9, False),
        (by_day, 28, EVENING, 9, False),
        (by_day, 28, EVENING, 9.2, True),
        (by_day, 28, LAST, 2, True),
        (by_day, 3, EVENING, 9, False),
        (office, 28, FRIDAY, 63, False),
        (office, 28, FRIDAY, 65, True),
        (slow, 28, LAST, 24 * 6.8, False),
        (slow, 28, LAST, 24 * 7, True),
        (clumps, 28, LAST, 24, False),
        (clumps, 28, LAST, 24 * 12, True),
    ],
    ids=[
        "ten an hour, not yet", "ten an hour, now", "just enough days",
        "too few days", "a night", "a morning after", "at noon",
        "a night, after three days", "a weekend", "a Monday morning",
        "once a day, not yet", "once a day, now", "clumps, a day", "clumps, days",
    ],
)  # fmt: skip
def test_quiet_is_measured_by_what_the_hours_usually_bring(
    usual, count, last, quiet_hours, is_silent
):
    looked_at = last + timedelta(hours=quiet_hours)

    found = silence(last, {}, looked_at, hours(usual, count, last))

    assert (found is not None) == is_silent


def test_expected_figure_adds_up_the_hours_gone_by():
    found = silence(LAST, {}, LAST + timedelta(hours=24), hours(by_day))

    assert found.words.endswith("where about 180 posts would be usual by now")


def test_one_burst_makes_no_habit():
    history = {f"{LAST - timedelta(days=9):%Y-%m-%dT%H}": 10_000}

    found = silence(LAST, {}, LAST + timedelta(days=9), history)

    assert found is None


def test_daily_counts_serve_until_enough_hours_are_known():
    few = hours(steady, 2)

    assert silence(LAST, STEADY, LAST + timedelta(hours=11), few) is None
    assert silence(LAST, STEADY, LAST + timedelta(hours=12), few)


@given(
    st.lists(st.integers(0, 50), min_size=3 * 24, max_size=9 * 24),
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_hourly_silence_does_not_end_by_waiting(counts, one, other):
    first = LAST - timedelta(hours=len(counts))
    told = {
        f"{first + timedelta(hours=n):%Y-%m-%dT%H}": count
        for n, count in enumerate(counts)
    }
    less, more = sorted((one, other))

    sooner = silence(LAST, {}, LAST + less, told)
    later = silence(LAST, {}, LAST + more, told)

    assert sooner is None or later is not None
    assert sooner is None or less >= MIN_QUIET
