"""Looking again, one call for each: what was reached, what was not."""

from datetime import UTC, datetime

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


def test_what_was_not_reached_is_left_and_what_was_counts():
    found = seen(None, Gone("no"), Unavailable("slow down"), None, Gone("no"))

    assert [post.id for post in found.posts] == ["0"]
    assert list(found.gone) == ["1"]
    assert list(found.left) == ["2", "3", "4"]


@pytest.mark.parametrize("trouble", [Refused("no"), KeyError("odd")])
def test_one_that_cannot_be_looked_at_was_reached(trouble):
    found = seen(trouble, None)

    assert [post.id for post in found.posts] == ["1"]
    assert not found.left
