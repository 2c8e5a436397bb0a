"""Two independent computations of the same weeks agree."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import FileSource
from monitor.config import Brand, Config
from monitor.digest.build import Question, build
from monitor.digest.export import as_json
from monitor.digest.period import Period
from monitor.digest.trace import trace
from monitor.store import Database, Store
from tests.digest.histories import MONDAYS, ZONES, live, lives
from tests.digest.naive import Naive

CONFIG = Config(
    brands=(
        Brand(name="Acme", keywords=("acme",)),
        Brand(name="Rival", keywords=("rival",), reply=False),
    ),
    sources=(FileSource(type="file", name="x-search", path="unused"),),
)


@pytest.fixture(scope="module")
def folder():
    with TemporaryDirectory(prefix="everyreply-") as made:
        yield made


def asked_of(store, zone, monday, at):
    first = date.fromisoformat(monday)
    period = Period(first, first + timedelta(days=6), zone)
    brand = CONFIG.brands[0].model_copy(update={"time_zone": zone})
    return Question(store, CONFIG, brand, period, at or period.end)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    drawn=st.lists(lives(), min_size=1, max_size=9),
    zone=st.sampled_from(ZONES),
    monday=st.sampled_from(MONDAYS),
)
@pytest.mark.slow
def test_report_agrees_with_a_naive_count_of_every_row(
    drawn, zone, monday, folder, sqlite_file
):
    path = shutil.copy(sqlite_file, f"{folder}/week.db")
    database = Database(f"sqlite:///{path}")
    try:
        store = Store(database)
        asked = asked_of(store, zone, monday, None)
        last = live(store, asked.period, drawn)
        asked = replace(asked, at=last + timedelta(hours=1))

        report = build(asked, with_themes=False)

        check(report, asked, database)
    finally:
        database.close()


def check(report, asked, database):
    now, before = asked.period, asked.before
    args = (database, "Acme", now.zone)
    naive = Naive(*args, now.first, now.last, asked.at)
    old = Naive(*args, before.first, before.last, asked.at_before)
    found = {name: one.value for name, one in report.numbers().items()}

    assert found["volume"] == len(naive.voice)
    for name, value in (naive.shares() | naive.answering()).items():
        assert found[name] == pytest.approx(value), name
    agree_on_parts(report, naive)
    agree_on_effects(report, naive, asked)
    agree_on_before(report, old)
    agree_on_traces(report, asked)


def agree_on_parts(report, naive):
    days = {one.day: one.counts.total for one in report.feelings.days}
    assert {d: n for d, n in days.items() if n} == count(
        naive.day(m) for m in naive.voice
    )
    for part in report.feelings.sources:
        here = [m for m in naive.voice if m["source"] == part.name]
        moods = naive.moods(here)
        assert part.counts.negative == moods["negative"]
        assert part.counts.total == len(here)
    languages = {p.name: p.counts.total for p in report.feelings.languages}
    assert {k: n for k, n in languages.items() if n} == count(
        m["language"] or "?" for m in naive.voice
    )
    channels = {one.name: one.answered for one in report.answering.channels}
    assert {k: n for k, n in channels.items() if n} == naive.channels()
    left_out = {one.reason: one.count for one in report.trust.left_out}
    assert left_out == count(m["reason"] for m in naive.here if m not in naive.voice)


def agree_on_effects(report, naive, asked):
    span = asked.span
    edited = {one.mention_id for one in report.effects.changes}
    assert edited == naive.edited(span.start, span.end)
    assert report.effects.came_back.value == naive.came_back()


def agree_on_before(report, old):
    if report.is_first:
        assert all(one.previous is None for one in report.numbers().values())
        return
    assert report.feelings.volume.previous == len(old.voice)
    for name, value in old.shares().items():
        assert report.numbers()[name].previous == pytest.approx(value), name
    if report.answering.needed.previous is not None:
        for name, value in old.answering().items():
            assert report.numbers()[name].previous == pytest.approx(value), name


COUNTED = ("volume", "needed", "answered", "unanswered", "older_unanswered", "dismissed",
           "edited", "recovered", "relapsed", "came_back", "came_back_happier",
           "corrected")  # fmt: skip


def agree_on_traces(report, asked):
    """Each figure's mentions are as many as it says."""
    numbers = report.numbers()
    for name in COUNTED:
        assert len(trace(asked, numbers[name].like)) == numbers[name].value, name
    for name in ("net", "rating", "first_response", "resolution", "deadlines_met",
                 "accuracy"):  # fmt: skip
        assert len(trace(asked, numbers[name].like)) == numbers[name].of, name
    for mood in ("positive", "neutral", "negative", "not_sure"):
        wanted = getattr(report.feelings.counts, mood)
        assert len(trace(asked, numbers[mood].like)) == wanted
    agree_on_traces_of_parts(report, asked)
    for like in likes(as_json(report)):
        trace(asked, like)


def likes(value):
    """Every name of a figure anywhere in a report."""
    if isinstance(value, dict):
        if isinstance(value.get("like"), str) and value["like"]:
            yield value["like"]
        for one in value.values():
            yield from likes(one)
    if isinstance(value, list):
        for one in value:
            yield from likes(one)


def agree_on_traces_of_parts(report, asked):
    feelings = report.feelings
    for part in (*feelings.days, *feelings.sources, *feelings.languages):
        assert len(trace(asked, part.like)) == part.counts.total
    answering = report.answering
    for one in feelings.stars:
        assert len(trace(asked, one.like)) == one.count
    for one in (*answering.dismissals, *report.trust.left_out):
        assert len(trace(asked, one.like)) == one.count
    for one in answering.channels:
        assert len(trace(asked, one.like)) == one.answered
    for one in report.others.voices:
        assert len(trace(asked, one.like)) == one.counts.total


def count(things):
    found = {}
    for thing in things:
        found[thing] = found.get(thing, 0) + 1
    return found
