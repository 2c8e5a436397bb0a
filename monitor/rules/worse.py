"""What an edit did to a post: stars, feeling, a new question; and how an event says it.

The words are fixed, because reports count by them: an answered mention whose stars
went from 1 to 4 is a recovery.
"""

import re
from dataclasses import dataclass

from monitor.rules.text import questions
from sentiment import Label

_ORDER = (Label.NEGATIVE, Label.NEUTRAL, Label.POSITIVE)
_RATING = re.compile(r"\brating ([\d.]+) -> ([\d.]+)")
_FEELING = re.compile(r"\b(negative|neutral|positive) -> (negative|neutral|positive)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """A post at one time, as far as worse and better go. `label`: None: not sure."""

    text: str
    rating: float | None = None
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """How stars and feeling went; None: they did not change, or nobody is sure."""

    rating: tuple[float, float] | None = None
    feeling: tuple[Label, Label] | None = None

    @property
    def rise(self) -> float:
        """Return how far it rose (above zero) or fell. Stars are facts: where they
        changed, they say it alone."""
        if self.rating:
            return self.rating[1] - self.rating[0]
        if self.feeling:
            before, after = self.feeling
            return float(_ORDER.index(after) - _ORDER.index(before))
        return 0.0

    @property
    def is_worse(self) -> bool:
        return self.rise < 0

    @property
    def is_better(self) -> bool:
        return self.rise > 0

    @property
    def words(self) -> str:
        """Say it as `shift_in` reads it: "rating 1 -> 4; negative -> positive"."""
        stars = (
            f"rating {self.rating[0]:g} -> {self.rating[1]:g}" if self.rating else ""
        )
        feels = " -> ".join(self.feeling) if self.feeling else ""
        return "; ".join(filter(None, (stars, feels)))


def shift(before: Said, after: Said) -> Shift:
    rating = None
    if before.rating is not None and after.rating is not None:
        rating = (before.rating, after.rating)
    feeling = None
    if before.label is not None and after.label is not None:
        feeling = (before.label, after.label)
    return Shift(
        rating if rating and rating[0] != rating[1] else None,
        feeling if feeling and feeling[0] is not feeling[1] else None,
    )


def shift_in(reason: str) -> Shift:
    """Read back what an event's reason says of stars and feeling."""
    stars, feels = _RATING.search(reason), _FEELING.search(reason)
    return Shift(
        (float(stars[1]), float(stars[2])) if stars else None,
        (Label(feels[1]), Label(feels[2])) if feels else None,
    )


def got_worse(before: Said, after: Said) -> str:
    """Return what got worse, in words; "": nothing that an answer did not settle.

    Fewer stars, a worse feeling where both are sure, or a question that was not
    asked before. Words that were erased asked nothing we know of.
    """
    change = shift(before, after)
    is_new = questions(after.text) - questions(before.text)
    return "; ".join(
        filter(
            None,
            (
                change.words if change.is_worse else "",
                "asks something new" if is_new else "",
            ),
        )
    )
