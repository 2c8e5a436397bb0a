from itertools import product

import pytest

from monitor.models import Status
from monitor.rules.status import CLOSED, TRANSITIONS, IllegalMove, check_move, may_move

LEGAL = {
    ("open", "sending"), ("open", "answered"), ("open", "dismissed"),
    ("open", "gone"), ("open", "not_ours"),
    ("sending", "answered"), ("sending", "open"), ("sending", "gone"),
    ("answered", "open"), ("answered", "gone"),
    ("dismissed", "open"), ("dismissed", "gone"),
    ("not_ours", "open"), ("not_ours", "gone"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(product(Status, Status)))
def test_only_these_moves_are_legal(old, new):
    assert may_move(old, new) == ((old.value, new.value) in LEGAL)


@pytest.mark.parametrize("old", Status)
def test_illegal_move_says_what_is_possible(old):
    with pytest.raises(IllegalMove, match=f"^{old} cannot become {old}; after {old}"):
        check_move(old, old)


def test_end_without_return_says_so():
    with pytest.raises(IllegalMove, match="after gone comes nothing: it is an end"):
        check_move(Status.GONE, Status.OPEN)


def test_every_status_is_either_work_or_closed():
    assert CLOSED | {Status.OPEN, Status.SENDING} == set(Status)
    assert set(TRANSITIONS) == set(Status)


def test_reply_on_its_way_cannot_be_dismissed():
    assert not may_move(Status.SENDING, Status.DISMISSED)
