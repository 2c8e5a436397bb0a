"""A simulated day of the whole service: every connector, every fault, one ledger."""

import logging
import shutil

import pytest

from tests.faults.day import checks
from tests.faults.day.day import Day, Journal

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def journal():
    """Collect what is logged above debug by anybody."""
    handler = Journal()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_of_faults_loses_nothing_and_says_nothing_twice(
    seed, journal, sqlite_file, tmp_path, monkeypatch
):
    path = tmp_path / "day.db"
    shutil.copy(sqlite_file, path)
    with Day(seed, tmp_path, f"sqlite:///{path}", monkeypatch.setenv) as day:
        day.live()
        day.settle(hours=1)
        checks.small_budget_was_kept_and_told(day)

        day.raise_the_small_budget()
        day.settle(hours=26)

        checks.something_happened(day)
        checks.every_post_is_accounted_for(day)
        checks.every_edit_was_seen(day)
        checks.every_deletion_was_seen(day)
        checks.every_native_answer_was_noticed(day)
        checks.every_reply_stands_once_or_was_refused(day)
        checks.every_open_mention_was_told_once(day)
        checks.nothing_private_was_said(day, journal)
        assert day.store.audit().problems == ()
        assert journal.defects == []
