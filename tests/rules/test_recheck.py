from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import Status
from monitor.rules.recheck import next_look

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "age", "wait"),
    [
        ("open", timedelta(0), HOUR / 4),
        ("open", -HOUR, HOUR / 4),
        ("open", 1.9 * HOUR, HOUR / 4),
        ("open", 2 * HOUR, HOUR),
        ("open", 23 * HOUR, HOUR),
        ("open", DAY, 6 * HOUR),
        ("open", 6.9 * DAY, 6 * HOUR),
        ("open", 7 * DAY, DAY),
        ("open", 900 * DAY, DAY),
        ("sending", HOUR, HOUR / 4),
        ("answered", HOUR, DAY),
        ("dismissed", 29 * DAY, DAY),
        ("not_ours", HOUR, DAY),
        ("not_ours", 30 * DAY, 7 * DAY),
        ("answered", 400 * DAY, 7 * DAY),
        ("gone", HOUR, DAY),
    ],
)
def test_open_and_young_posts_are_looked_at_more_often(status, age, wait):
    at = next_look(Status(status), NOW - age, NOW)

    assert at == NOW + wait


@given(st.sampled_from(Status), st.timedeltas(timedelta(0), timedelta(days=999)))
def test_next_look_is_always_later(status, age):
    assert next_look(status, NOW - age, NOW) > NOW


@given(
    st.sampled_from(Status),
    st.timedeltas(timedelta(0), timedelta(days=99)),
    st.timedeltas(timedelta(0), timedelta(days=99)),
)
def test_older_posts_are_never_looked_at_more_often(status, one, other):
    young, old = sorted((one, other))

    assert next_look(status, NOW - young, NOW) <= next_look(status, NOW - old, NOW)
