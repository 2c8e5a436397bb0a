"""How SQLite goes about the digest's questions: no table is walked whole."""

import pytest
from sqlalchemy import text

from benchmarks.digest import asked_of, questions
from benchmarks.store import plan
from monitor.store import Store

ASKED = ("cells of two weeks", "days of a month", "stars", "cases", "steps", "waiting",
         "edits", "returns", "voices", "late", "oldest", "labels", "left out",
         "episodes")  # fmt: skip
COVERED = ("cells of two weeks", "days of a month", "stars", "voices", "left out")
database_url = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@database_url
@pytest.mark.parametrize("words", ASKED)
def test_index_serves_each_question(database, words):
    steps = plan(database, questions(asked_of(Store(database)))[words])

    assert steps
    assert [step for step in steps if step.startswith("SCAN")] == []


@database_url
@pytest.mark.parametrize("words", COVERED)
def test_counts_never_look_at_the_table(database, words):
    steps = plan(database, questions(asked_of(Store(database)))[words])

    assert any("COVERING INDEX ix_mention_digest" in step for step in steps)


@database_url
def test_every_question_of_the_benchmark_is_tested(database):
    assert set(questions(asked_of(Store(database)))) == set(ASKED)


@database_url
def test_without_the_index_the_test_would_see_it(database):
    with database.write() as session:
        session.execute(text("DROP INDEX ix_mention_digest"))

    steps = plan(database, questions(asked_of(Store(database)))["stars"])

    assert not any("ix_mention_digest" in step for step in steps)
