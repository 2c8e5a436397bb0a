"""Looking again, one call for each: what was reached, what was not."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors import Author, Gone, Post, Refused, Target, Unavailable
from connectors._google_look import look_again

AT = datetime(2026, 11, 22, tzinfo=UTC)
ANN = Author(handle="ann")


def seen(*troubles):
    """Look at reviews that each answer with this trouble, or stand."""
    aims = [
        Target(id=str(n), url="", author=ANN, posted_at=AT)
        for n in range(len(troubles))
    ]

    def look(aim):
        trouble = troubles[int(aim.id)]
        if trouble is not None:
            raise trouble
        return Post(
            platform="p", id=aim.id, url="", author=ANN, text="hi", posted_at=AT
        )

    return look_again(aims, look, lambda aim: True)


OOPS, WAIT = Unavailable("oops"), Unavailable("busy", retry_after=timedelta(minutes=1))


@pytest.mark.parametrize(
    ("troubles", "left"),
    [
        ([WAIT, None, Gone("no")], ["2", "3", "4"]),  # told to wait, we wait with all
        ([OOPS, OOPS, OOPS, None], ["2", "3", "4", "5"]),
        ([OOPS, OOPS], ["2", "3"]),
        ([OOPS, OOPS, None], []),  # it answers: those two fail by themselves
        ([OOPS, Gone("no"), OOPS], ["4"]),
        ([OOPS, OOPS, None, OOPS, OOPS, OOPS, None], ["5", "6", "7", "8"]),
    ],
)
def test_what_was_not_reached_is_left_and_what_was_counts(troubles, left):
    found = seen(None, Gone("no"), *troubles)

    assert found.posts[0].id == "0"
    assert "1" in found.gone
    assert list(found.left) == left


def test_reviews_that_always_fail_keep_no_other_from_being_looked_at():
    found = seen(OOPS, OOPS, None, Gone("no"))

    assert ([post.id for post in found.posts], [*found.gone]) == (["2"], ["3"])


@pytest.mark.parametrize("trouble", [Refused("no"), KeyError("odd")])
def test_one_that_cannot_be_looked_at_was_reached(trouble):
    found = seen(trouble, None)

    assert [post.id for post in found.posts] == ["1"]
    assert not found.left
