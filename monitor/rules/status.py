"""Which status may follow which."""

from collections.abc import Mapping

from monitor.models import Status

TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset(
        {
            Status.SENDING,
            Status.ANSWERED,
            Status.DISMISSED,
            Status.GONE,
            Status.NOT_OURS,
        }
    ),
    Status.SENDING: frozenset({Status.ANSWERED, Status.OPEN, Status.GONE}),
    Status.ANSWERED: frozenset({Status.OPEN, Status.GONE}),
    Status.DISMISSED: frozenset({Status.OPEN, Status.GONE}),
    Status.NOT_OURS: frozenset({Status.OPEN, Status.GONE}),
    Status.GONE: frozenset(),
}

CLOSED = frozenset({Status.ANSWERED, Status.DISMISSED, Status.GONE, Status.NOT_OURS})


class IllegalMove(ValueError):
    """A status that cannot follow the present one."""


def may_move(old: Status, new: Status) -> bool:
    return new in TRANSITIONS[old]


def check_move(old: Status, new: Status) -> None:
    """Raises IllegalMove, in words, where `new` cannot follow `old`."""
    if not may_move(old, new):
        allowed = ", ".join(sorted(TRANSITIONS[old])) or "nothing: it is an end"
        raise IllegalMove(f"{old} cannot become {new}; after {old} comes {allowed}")
