from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.silence import MIN_QUIET, silence

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
        "nothing since 28 Jan 12:00 UTC, where about 12 posts would be usual"
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
    assert sooner is None or less >= MIN_QUIET
