from datetime import UTC, date, datetime, timedelta

from connectors import Context, Meter

NOW = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)


def test_what_was_spent_is_kept_and_added_up(store):
    meter: Meter = store.meter("x", lambda: NOW)
    meter.add("posts", 100, 500_000)
    meter.add("posts", 20, 100_000)
    meter.add("owned", 5, 5_000)

    spent = store.meter("x", lambda: NOW).spent(date(2026, 10, 1))

    assert spent == 605_000


def test_days_before_do_not_count(store):
    store.meter("x", lambda: NOW).add("posts", 100, 500_000)
    later = store.meter("x", lambda: NOW + timedelta(hours=1))
    later.add("posts", 1, 5_000)

    assert later.spent(date(2026, 11, 1)) == 5_000


def test_each_source_has_its_own_purse(store):
    store.meter("x", lambda: NOW).add("posts", 1, 5_000)
    store.meter("x2", lambda: NOW).add("posts", 2, 10_000)

    assert store.spent(date(2026, 10, 1)) == {"x": 5_000, "x2": 10_000}


def test_context_without_a_store_keeps_its_purse_in_memory():
    context = Context()
    context.meter.add("posts", 1, 5_000)

    assert context.meter.spent(date(2026, 1, 1)) == 5_000
    assert Context().meter.spent(date(2026, 1, 1)) == 0
