"""What every connector promises (`connectors/base.py`), for each case in CASES."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import Batch, Connector, Post, Unavailable, Validator
from tests.contract.case import Case, Written
from tests.contract.cases import CASES
from tests.contract.patience import Unhurried, unhurried

START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
HOSTILE = (
    'She said "no, thanks"; then\nleft, at once',
    "<script>alert('x')</script> & <!channel> @here",
    "'; DROP TABLE mentions; --",
    "\u202egnp.exe \u200b zero width",
    "Größe ok 👩‍👩‍👧 星五つ ★",
    "\\n \\u0041 %s {0} ${HOME}",
    "=HYPERLINK(1)",
)
MOST_POLLS = 500

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_failure = pytest.mark.parametrize(
    ("case", "failure"),
    [
        pytest.param(case, failure, id=f"{case.name}-{failure}")
        for case in CASES
        for failure in case.failures
    ],
)


def written(numbers: Sequence[int]) -> list[Written]:
    return [
        Written(
            text=f"Post number {n} about acme",
            author=f"author{n % 5}",
            posted_at=START + timedelta(minutes=n),
        )
        for n in numbers
    ]


def through_json(batch: Batch) -> Mapping[str, Any]:
    """The cursor as the store gives it back."""
    return json.loads(json.dumps(dict(batch.cursor)))


def drain(connector: Connector, cursor: Any = None) -> tuple[list[Post], Any]:
    """Poll until there is no more; return the posts and the last cursor."""
    posts: list[Post] = []
    for _ in range(MOST_POLLS):
        batch = connector.poll(cursor)
        posts += batch.posts
        cursor = through_json(batch)
        if not batch.more:
            return posts, cursor
    raise AssertionError("the connector never ran dry")


def texts(posts: Sequence[Post]) -> list[str]:
    """The texts after the store dropped what it has seen by platform and id."""
    known = {(post.platform, post.id): post.text for post in posts}
    return sorted(known.values())


@contextmanager
def platform_with(case: Case, count: int, page: int = 3) -> Iterator[Unhurried]:
    """The case's platform, with posts on it."""
    with unhurried(case, page) as platform:
        if count:
            platform.publish(written(range(count)))
        yield platform


@each_case
@pytest.mark.parametrize("page", [1, 2, 7, 24, 25, 26, 100])
def test_every_post_arrives_once_under_any_paging(case, page):
    with platform_with(case, 25, page) as platform:
        posts, _ = drain(platform.connect())

        assert texts(posts) == sorted(post.text for post in written(range(25)))


@each_case
def test_an_empty_platform_is_no_post_and_no_fault(case):
    with platform_with(case, 0) as platform:
        batch = platform.connect().poll(None)

        assert (list(batch.posts), list(batch.set_aside), batch.more) == ([], [], False)


@each_case
def test_nothing_is_set_aside_where_nothing_is_wrong(case):
    with platform_with(case, 5, page=100) as platform:
        batch = platform.connect().poll(None)

        assert (len(batch.posts), list(batch.set_aside)) == (5, [])


@each_case
def test_posts_come_oldest_first_within_a_batch(case):
    with platform_with(case, 12, page=100) as platform:
        times = [post.posted_at for post in platform.connect().poll(None).posts]

        assert len(times) == 12
        assert times == sorted(times)


@each_case
def test_what_was_written_arrives_as_it_was_written(case):
    posts = [
        Written(text, f"ann-{n}", START + timedelta(hours=n))
        for n, text in enumerate(HOSTILE)
    ]
    with platform_with(case, 0) as platform:
        platform.publish(posts)

        arrived, _ = drain(platform.connect())

        assert {
            (" ".join(p.text.split()), p.author.handle, p.posted_at) for p in arrived
        } == {(" ".join(p.text.split()), p.author, p.posted_at) for p in posts}


@each_case
def test_times_are_aware_and_ids_are_there(case):
    with platform_with(case, 5) as platform:
        posts, _ = drain(platform.connect())

        assert len(posts) == 5
        assert all(post.posted_at.utcoffset() is not None for post in posts)
        assert all(post.platform and post.id for post in posts)


@each_case
def test_a_post_keeps_its_id(case):
    with platform_with(case, 5) as platform:
        first, _ = drain(platform.connect())
        again, _ = drain(platform.connect())

        assert {p.id: p.text for p in first} == {p.id: p.text for p in again}
        assert len({post.id for post in first}) == 5


@each_case
def test_cursor_and_ref_are_json(case):
    with platform_with(case, 5) as platform:
        batch = platform.connect().poll(None)

        assert batch.posts
        assert through_json(batch) == dict(batch.cursor)
        for post in batch.posts:
            assert json.loads(json.dumps(dict(post.ref))) == dict(post.ref)


@each_case
def test_an_exhausted_cursor_adds_nothing(case):
    with platform_with(case, 7) as platform:
        posts, cursor = drain(platform.connect())

        batch = platform.connect().poll(cursor)

        assert {post.id for post in batch.posts} <= {post.id for post in posts}
        assert not batch.more


@each_case
def test_what_comes_later_is_found_from_the_cursor(case):
    with platform_with(case, 7) as platform:
        before, cursor = drain(platform.connect())
        platform.publish(written(range(7, 11)))

        after, _ = drain(platform.connect(), cursor)

        assert texts([*before, *after]) == sorted(p.text for p in written(range(11)))
        assert set(texts(after)) >= {post.text for post in written(range(7, 11))}


@each_case
def test_a_crash_before_the_batch_is_stored_loses_nothing(case):
    with platform_with(case, 10, page=2) as platform:
        stored, cursor = [], None
        for _ in range(MOST_POLLS):
            platform.connect().poll(cursor)  # and then the process is killed
            batch = platform.connect().poll(cursor)
            stored += batch.posts
            cursor = through_json(batch)
            if not batch.more:
                break

        assert texts(stored) == sorted(post.text for post in written(range(10)))


@each_failure
def test_a_failure_is_one_of_three_errors_and_loses_nothing(case, failure):
    with platform_with(case, 7, page=2) as platform:
        connector = platform.connect()
        batch = connector.poll(None)
        platform.fail(failure)

        with pytest.raises(case.failures[failure]) as raised:
            connector.poll(through_json(batch))

        platform.mend()
        rest, _ = drain(connector, through_json(batch))
        assert type(raised.value) is case.failures[failure]
        assert str(raised.value).strip()
        assert "\n" not in str(raised.value)
        assert texts([*batch.posts, *rest]) == sorted(p.text for p in written(range(7)))


@each_case
@pytest.mark.parametrize("pages", [0, 1, 2])
def test_a_poll_broken_off_loses_nothing(case, pages):
    with platform_with(case, 9, page=2) as platform:
        platform.cut(pages)
        cut_short, cursor = poll_while_broken(platform.connect())
        platform.mend()

        rest, _ = drain(platform.connect(), cursor)

        assert texts([*cut_short, *rest]) == sorted(p.text for p in written(range(9)))


@each_case
@pytest.mark.parametrize("meanwhile", [1, 4])
@pytest.mark.parametrize("pages", [1, 2])
def test_what_came_after_a_poll_was_broken_off_comes_with_the_rest(
    case, pages, meanwhile
):
    with platform_with(case, pages + 1, page=1) as platform:
        platform.cut(pages)
        cut_short, cursor = poll_while_broken(platform.connect())
        platform.publish(written(range(pages + 1, pages + 1 + meanwhile)))
        platform.mend()

        rest, _ = drain(platform.connect(), cursor)

        assert texts([*cut_short, *rest]) == sorted(
            post.text for post in written(range(pages + 1 + meanwhile))
        )


def poll_while_broken(connector: Connector, cursor: Any = None) -> Any:
    """Poll a platform that may break off; return what came and where that leads."""
    posts: list[Post] = []
    for _ in range(MOST_POLLS):
        try:
            batch = connector.poll(cursor)
        except Unavailable:
            return posts, cursor
        posts += batch.posts
        cursor = through_json(batch)
        if not batch.more:
            return posts, cursor
    raise AssertionError("a platform that breaks off gave posts for ever")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 4)),
        st.tuples(st.just("poll"), st.booleans()),  # and whether it was stored
        st.tuples(st.just("restart"), st.none()),
        st.tuples(st.just("cut"), st.integers(0, 2)),
        st.tuples(st.just("fail"), st.integers(0, 15)),  # reaches each failure
        st.tuples(st.just("mend"), st.none()),
    ),
    max_size=14,
)


@pytest.mark.slow
@each_case
@given(steps=STEPS, page=st.integers(1, 5))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_no_interleaving_of_posts_polls_and_cuts_loses_one(case, steps, page):
    with unhurried(case, page) as platform:
        walk = _Walk(case, platform)
        for name, how in steps:
            getattr(walk, name)(how)
        walk.mend(None)

        rest, _ = drain(walk.connector, walk.cursor)

        assert texts([*walk.stored, *rest]) == sorted(
            post.text for post in written(range(walk.published))
        )


class _Walk:
    """One history of a platform and of the process that polls it."""

    def __init__(self, case: Case, platform: Unhurried) -> None:
        self._case, self._platform = case, platform
        self.connector = platform.connect()
        self.cursor: Any = None
        self.stored: list[Post] = []
        self.published = 0
        self._failing = False

    def publish(self, count: int) -> None:
        new = range(self.published, self.published + count)
        self._platform.publish(written(new))
        self.published += count

    def poll(self, is_stored: bool) -> None:
        try:
            batch = self.connector.poll(self.cursor)
        except tuple({Unavailable, *self._case.failures.values()}):
            return
        assert not self._failing, "a failing platform must raise"
        if is_stored:
            self.stored += batch.posts
            self.cursor = through_json(batch)

    def restart(self, _: None) -> None:
        self.connector = self._platform.connect()

    def cut(self, pages: int) -> None:
        self._failing = False
        self._platform.cut(pages)

    def fail(self, number: int) -> None:
        names = sorted(self._case.failures)
        self._failing = True
        self._platform.fail(names[number % len(names)])

    def mend(self, _: None) -> None:
        self._failing = False
        self._platform.mend()


@each_case
def test_no_secret_and_no_strangers_words_show(case, caplog):
    caplog.set_level(logging.DEBUG)
    told = []
    with platform_with(case, 5) as platform:
        connector = platform.connect()
        batch = connector.poll(None)
        told += [repr(connector), str(connector), json.dumps(dict(batch.cursor))]
        for failure, error in case.failures.items():
            platform.fail(failure)
            with pytest.raises(error) as raised:
                connector.poll(None)
            told += [str(raised.value), repr(raised.value)]
            platform.mend()
    told += [record.getMessage() for record in caplog.records]

    shown = "\n".join(told)
    above_debug = "\n".join(
        record.getMessage() for record in caplog.records if record.levelno > 10
    )
    assert batch.posts
    assert not [secret for secret in case.secrets if secret in shown + repr(batch)]
    assert "about acme" not in above_debug
    assert "about acme" not in "\n".join(told[2:])


@each_case
def test_validate_says_in_one_line_what_was_found(case):
    with platform_with(case, 5) as platform:
        connector = platform.connect()
        if not isinstance(connector, Validator):
            pytest.skip("this connector cannot validate")

        found = connector.validate()

        assert found.strip()
        assert "\n" not in found
        assert not [secret for secret in case.secrets if secret in found]


@each_failure
def test_validate_fails_as_a_poll_does(case, failure):
    with platform_with(case, 5) as platform:
        connector = platform.connect()
        if not isinstance(connector, Validator):
            pytest.skip("this connector cannot validate")
        platform.fail(failure)

        with pytest.raises(case.failures[failure]):
            connector.validate()
