"""Which of a row of posts a platform was not asked for, or gave no answer to."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.base import Refused, Target, Unavailable

MOST_FAILURES = 3
"""In a row, after which the platform is asked no further."""


@dataclass(slots=True)
class Unreached:
    """What is left of `targets`, as they are looked at one after the other.

    One that fails where the next is answered fails by itself. It is none of those that
    are left, or it would come first again and again, and keep all others waiting.
    """

    targets: Sequence[Target]
    trouble: Unavailable | Refused | None = None
    _first: int = 0
    _last: int = -2

    @property
    def ids(self) -> list[str]:
        is_end = self._last == len(self.targets) - 1
        return [one.id for one in self.targets[self._first :]] if is_end else []

    def breaks_off(self, number: int, error: Unavailable) -> bool:
        """Note that one failed; tell whether the platform is to be left alone now."""
        self.trouble = error
        self._first = self._first if self._last == number - 1 else number
        self._last = number
        if error.retry_after is None and number - self._first + 1 < MOST_FAILURES:
            return False
        self.leave(number)
        return True

    def leave(self, number: int) -> None:
        """Note that all from here on are left."""
        self._first = self._first if self._last in {number - 1, number} else number
        self._last = len(self.targets) - 1

    def check(self, *, found: bool) -> None:
        """Go on where anything was found out.

        Raises:
            Unavailable, Refused: nothing was, for something failed.
        """
        if self.trouble is not None and not found:
            raise self.trouble
