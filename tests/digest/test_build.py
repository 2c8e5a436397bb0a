"""Whole reports over small stores, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors import FileSource, Gap
from monitor.config import Brand, Config, Hours
from monitor.config.model import Digest
from monitor.digest.build import Question, build, row_of
from monitor.digest.period import read_week
from monitor.digest.trace import trace
from monitor.models import Status
from monitor.store import Change, Move
from sentiment import Label
from tests.fakes.mentions import make_mention
from tests.store.helpers import batch, keep, keep_one

WEEK = read_week("2026-W02", "UTC")
MONDAY = WEEK.start
HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def config(**digest):
    return Config(
        brands=(
            Brand(name="Acme", keywords=("acme",)),
            Brand(name="Rival", keywords=("rival",), reply=False),
        ),
        sources=(FileSource(type="file", name="fake", path="unused"),),
        digest=Digest(**digest),
    )


def ask(store, **changes):
    settings = config()
    asked = Question(store, settings, settings.brands[0], WEEK, WEEK.end + 6 * HOUR)
    return replace(asked, **changes)


def one(store, number, after=HOUR, **values):
    """Keep one mention posted so long after Monday, found five minutes later."""
    posted = MONDAY + after
    values = {"posted_at": posted, "found_at": posted + HOUR / 12} | values
    values.setdefault("due_at", values["found_at"] + 4 * HOUR)
    mention = make_mention(post_id=str(number), **values)
    return keep(store, mention, now=values["found_at"])[0]


def answer(store, number, at, reason="replied", actor="eve"):
    store.move(number, Status.OPEN, Move(Status.ANSWERED, actor, reason), at)


def test_first_week_says_so_and_compares_nothing(store):
    one(store, 1)

    report = build(ask(store))

    assert report.is_first
    assert all(number.previous is None for number in report.numbers().values())
    assert all(number.delta is None for number in report.numbers().values())
    assert report.feelings.previous_days == ()
    assert (
        "This is the first week of Acme: nothing to compare with yet." in report.notes
    )


def test_quiet_week_is_a_report_all_the_same(store):
    report = build(ask(store))

    assert report.is_quiet
    assert report.feelings.volume.value == 0
    assert report.feelings.positive.value is None
    assert report.feelings.positive.note == "there are no mentions to measure"
    assert len(report.feelings.days) == 7
    assert "Nobody mentioned Acme this week." in report.notes


def test_quiet_week_after_a_digest_is_compared(store):
    one(store, 1, -2 * DAY)
    before = ask(store, period=WEEK.before, at=MONDAY)
    store.digests.keep(row_of(build(before), MONDAY))

    report = build(ask(store))

    assert not report.is_first
    assert (report.feelings.volume.value, report.feelings.volume.delta) == (0, -1)


def test_shares_change_in_points(store):
    one(store, 0, -20 * DAY)
    for number in range(1, 5):
        one(store, number, -number * DAY, sentiment=Label.POSITIVE)
    for number in range(5, 9):
        label = Label.POSITIVE if number == 5 else Label.NEGATIVE
        one(store, number, sentiment=label)

    positive = build(ask(store)).feelings.positive

    assert (positive.value, positive.previous, positive.delta) == (0.25, 1.0, -75.0)
    assert positive.note.startswith("only 4 mentions: too few to mean much")


def test_correction_wins_and_the_unsure_are_counted_apart(store):
    corrected = one(store, 1, sentiment=Label.NEGATIVE)
    one(store, 2, sure=False)
    store.correct(corrected, Label.POSITIVE, "eve", MONDAY + DAY)

    report = build(ask(store))

    counts = report.feelings.counts
    assert (counts.positive, counts.negative, counts.not_sure) == (1, 0, 1)
    assert report.feelings.positive.value == 1.0
    assert report.feelings.not_sure.value == 0.5
    assert report.trust.corrected.value == 1
    assert report.trust.accuracy.value == 0.0


def test_own_posts_and_spam_are_left_out_and_listed(store):
    one(store, 1)
    one(store, 2, status=Status.NOT_OURS, reason="own_post")
    spam = one(store, 3)
    store.move(spam, Status.OPEN, Move(Status.DISMISSED, "eve", "spam"), MONDAY + DAY)

    report = build(ask(store))

    assert report.feelings.volume.value == 1
    assert {r.reason: r.count for r in report.trust.left_out} == {
        "own_post": 1,
        "spam": 1,
    }


def test_answers_are_told_by_channel_and_speed(store):
    slack, hand = one(store, 1), one(store, 2)
    one(store, 3)
    one(store, 4, status=Status.ANSWERED, reason="replied_natively",
        answered_at=MONDAY + 2 * HOUR, due_at=None, answered_by="acme")  # fmt: skip
    answer(store, slack, MONDAY + 3 * HOUR)
    answer(store, hand, MONDAY + 11 * HOUR, "replied_by_hand", "bea")

    answering = build(ask(store)).answering

    assert {c.name: c.answered for c in answering.channels} == {
        "slack": 1, "natively": 1, "by_hand": 1,
    }  # fmt: skip
    assert (answering.needed.value, answering.answered.value) == (4, 3)
    assert answering.response_rate.value == 0.75
    assert answering.first_response.value == 2.0
    assert answering.first_response_p90.value == pytest.approx(8.4)
    assert answering.deadlines_met.value == pytest.approx(1 / 3)
    assert answering.people == ()


def test_people_are_named_only_where_the_config_allows_it(store):
    answer(store, one(store, 1), MONDAY + 3 * HOUR)
    settings = config(per_person=True)

    report = build(ask(store, config=settings))

    [eve] = report.answering.people
    assert (eve.name, eve.answered, eve.first_response) == ("eve", 1, 2.0)
    assert len(trace(ask(store), eve.like)) == 1


def test_business_hours_leave_out_nights(store):
    answer(store, one(store, 1, 16 * HOUR), MONDAY + DAY + 10 * HOUR)
    team = config().brands[0].model_copy(update={"hours": Hours()})

    answering = build(ask(store, brand=team)).answering

    assert answering.first_response.value == 18.0
    assert answering.first_response_business.value == 2.0


def test_answered_mention_that_opens_again_is_unanswered_and_no_first_contact(store):
    number = one(store, 1)
    answer(store, number, MONDAY + 2 * HOUR)
    again = Move(Status.OPEN, "everyreply", "needs_reply", due_at=MONDAY + 9 * HOUR)
    store.move(number, Status.ANSWERED, again, MONDAY + 3 * HOUR)
    opened = build(ask(store)).answering
    answer(store, number, MONDAY + 4 * HOUR)

    answered = build(ask(store)).answering

    assert (opened.unanswered.value, opened.response_rate.value) == (1, 0.0)
    assert answered.first_contact.value == 0.0
    assert answered.first_response.value == 1.0
    assert answered.resolution.value == 3.0


def test_waiting_mentions_are_listed_oldest_first_with_links(store):
    late = one(store, 1, 5 * HOUR)
    old = one(store, 2, -9 * DAY, url="https://fake.example/old")

    answering = build(ask(store)).answering

    assert [w.mention_id for w in answering.waiting] == [old, late]
    assert [w.is_older for w in answering.waiting] == [True, False]
    assert answering.waiting[0].url == "https://fake.example/old"
    assert all(w.is_overdue for w in answering.waiting)
    assert (answering.unanswered.value, answering.older_unanswered.value) == (1, 1)


def test_week_before_is_measured_at_the_same_age(store):
    one(store, 0, -20 * DAY)
    number = one(store, 1, -2 * DAY)
    answer(store, number, MONDAY + 3 * DAY)
    one(store, 2)

    rate = build(ask(store)).answering.response_rate

    assert (rate.value, rate.previous) == (0.0, 0.0)


def test_imported_past_does_not_count_as_unanswered_last_week(store):
    one(store, 0, -20 * DAY)
    one(store, 1, -2 * DAY, found_at=MONDAY + 3 * DAY)
    one(store, 2)

    report = build(ask(store))

    assert report.feelings.volume.previous == 1
    assert report.answering.needed.previous is None


def edit(store, number, at, **values):
    row = store.mentions.get(number)
    was = {"rating": row.rating, "label": row.sentiment.value}
    change = Change(number, row.rev, values, "edited", row.status.value,
                    row.status.value, "", "everyreply", was=was)  # fmt: skip
    version = store.sources.checkpoint("fake", at).version
    store.record(batch(version=version, now=at, seen=0, changes=[change]))


def test_more_stars_after_our_answer_are_a_recovery(store):
    won = one(store, 1, -9 * DAY, rating=1.0)
    lost = one(store, 2, -9 * DAY, rating=4.0)
    unanswered = one(store, 3, rating=1.0)
    for number in (won, lost):
        answer(store, number, MONDAY - 8 * DAY)
    edit(store, won, MONDAY + DAY, rating=5.0)
    edit(store, lost, MONDAY + DAY, rating=2.0)
    edit(store, unanswered, MONDAY + DAY, rating=5.0)

    effects = build(ask(store)).effects

    assert (effects.edited.value, effects.recovered.value, effects.relapsed.value) == (
        2, 1, 1,
    )  # fmt: skip
    better = next(c for c in effects.changes if c.is_better)
    assert (better.mention_id, better.rating_before, better.rating) == (won, 1.0, 5.0)


def test_author_who_came_back_happier_is_counted_once(store):
    first = one(store, 1, -9 * DAY, author="zoe", sentiment=Label.NEGATIVE)
    answer(store, first, MONDAY - 8 * DAY)
    one(store, 2, author="zoe", sentiment=Label.NEUTRAL)
    one(store, 3, 2 * HOUR, author="zoe", sentiment=Label.POSITIVE)
    one(store, 4, author="new")

    effects = build(ask(store)).effects

    assert (effects.came_back.value, effects.came_back_happier.value) == (1, 1)


def test_share_of_voice_counts_watched_brands(store):
    for number in range(3):
        one(store, number)
    one(store, 9, brand="Rival", status=Status.NOT_OURS, reason="watch_only")

    others = build(ask(store)).others

    assert others.share_of_voice.value == 0.75
    assert [(v.brand, v.is_ours) for v in others.voices] == [
        ("Acme", True),
        ("Rival", False),
    ]


def test_spike_is_told_with_its_baseline(store):
    for day in range(-35, 0):
        one(store, f"d{day}", day * DAY)
    for number in range(12):
        one(store, f"s{number}", 2 * DAY + number * HOUR)

    spikes = build(ask(store)).spikes

    [volume] = [s for s in spikes.spikes if s.what == "volume"]
    assert (volume.day.isoformat(), volume.observed, volume.expected) == (
        "2026-01-07", 12, 1.0,
    )  # fmt: skip
    assert volume.source == "fake"
    assert len(trace(ask(store), volume.like)) == 12
    assert "median of the 28 days" in spikes.method


def test_without_history_no_spike_is_claimed(store):
    for number in range(30):
        one(store, number)

    spikes = build(ask(store)).spikes

    assert not spikes.spikes
    assert spikes.note.startswith("only 0 days of history")


def test_late_arrivals_restate_the_last_digest(store):
    one(store, 0, -20 * DAY)
    one(store, 1, -3 * DAY)
    before = ask(store, period=WEEK.before, at=MONDAY)
    store.digests.keep(row_of(build(before), MONDAY))
    late_id = one(store, 2, -2 * DAY, found_at=MONDAY + DAY)

    late = build(ask(store)).trust.late

    assert (late.mentions, late.period.label) == (1, "2026-W01")
    volume = next(r for r in late.restated if r.name == "volume")
    assert (volume.said, volume.now) == (1, 2)
    assert list(trace(ask(store), late.like)) == [late_id]


def test_gaps_and_silences_of_the_week_are_told(store):
    keep_one(store, found_at=MONDAY, posted_at=MONDAY)
    version = store.sources.checkpoint("fake", MONDAY).version
    gap = Gap(MONDAY - DAY, MONDAY + HOUR, "seven days are all it shows")
    store.record(batch(version=version, now=MONDAY + DAY, seen=0, gaps=[gap]))
    store.sources.tell_silent("fake", MONDAY, "nothing since", MONDAY + 2 * DAY)
    store.sources.tell_silent("fake", MONDAY, "much later", WEEK.end + 2 * DAY)

    trust = build(ask(store)).trust

    assert [(hole.kind, hole.source) for hole in trust.holes] == [
        ("gap", "fake"), ("silence", "fake"),
    ]  # fmt: skip
    assert [(h.source, h.state) for h in trust.sources] == [("fake", "silent")]


def test_week_that_is_not_over_says_so(store):
    one(store, 1)

    report = build(ask(store, at=MONDAY + DAY))

    assert report.notes[0] == "This week is not over yet; the figures are those so far."


def test_one_digest_per_brand_and_week_is_kept_and_settled_once(store):
    row = row_of(build(ask(store)), MONDAY)

    kept, again = store.digests.keep(row), store.digests.keep(row)
    sent, twice = [store.digests.settle(kept.id, MONDAY) for _ in range(2)]

    assert kept is not None
    assert again is None
    assert (sent, twice) == (True, False)
    assert store.digests.unsent() == []


@pytest.mark.parametrize("like", ["nonsense", "volume&colour=red", "answered&stars=3",
                                  "volume&person=eve", "theme&theme=no such"])  # fmt: skip
def test_unknown_figure_is_refused_in_words(store, like):
    with pytest.raises(ValueError, match=r"no figure|narrow|no theme"):
        trace(ask(store), like)


def test_times_are_aware_and_utc(store):
    assert build(ask(store)).period.start == datetime(2026, 1, 5, tzinfo=UTC)
