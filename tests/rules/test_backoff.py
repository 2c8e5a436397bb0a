from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.backoff import JITTER, MAX_BACKOFF, backoff, next_poll

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
SPANS = st.timedeltas(timedelta(seconds=1), timedelta(days=60))


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (7, 320), (8, 360), (10_000, 360)],
)
def test_wait_doubles_with_every_failure_up_to_six_hours(failures, minutes):
    assert backoff(failures, FIVE_MINUTES, None) == timedelta(minutes=minutes)


def test_rate_limit_is_waited_out_however_long():
    assert backoff(1, FIVE_MINUTES, timedelta(hours=9)) == timedelta(hours=9)


def test_rate_limit_shorter_than_our_wait_shortens_nothing():
    assert backoff(3, FIVE_MINUTES, timedelta(seconds=1)) == timedelta(minutes=20)


def test_rare_source_is_not_asked_more_often_because_it_fails():
    assert backoff(9, timedelta(days=1), None) == timedelta(days=1)


@given(st.integers(0, 10**9), SPANS, st.none() | SPANS)
def test_wait_is_never_shorter_than_regular_nor_than_asked(failures, every, asked):
    wait = backoff(failures, every, asked)

    assert wait >= every
    assert wait >= (asked or timedelta(0))
    assert wait <= max(MAX_BACKOFF, every, asked or timedelta(0))
    assert wait <= backoff(failures + 1, every, asked)


@given(SPANS, st.text(min_size=1).filter(str.isprintable), st.integers(0, 10**6))
def test_regular_poll_is_spread_by_at_most_a_tenth(every, source, poll):
    wait = next_poll(NOW, every, source, poll) - NOW

    # Within the microseconds that timedelta keeps.
    assert abs(wait - every) <= every * JITTER + timedelta(microseconds=2)
    assert next_poll(NOW, every, source, poll) - NOW == wait


def test_sources_of_one_interval_do_not_march():
    waits = {next_poll(NOW, FIVE_MINUTES, f"source {n}", 0) for n in range(100)}

    assert len(waits) == 100


def test_one_source_does_not_repeat_its_own_rhythm():
    waits = {next_poll(NOW, FIVE_MINUTES, "x", poll) for poll in range(100)}

    assert len(waits) == 100
