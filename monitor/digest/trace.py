"""From a figure to the mentions behind it, by the same definitions.

`like` is what `Number.like`, `Day.like` and the others carry: a kind ("negative"),
maybe narrowed ("negative&day=2026-11-17").
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from monitor.digest import around
from monitor.digest.answering import IS_ONE, person_of
from monitor.digest.answers import Stand
from monitor.digest.build import Question, find_themes, stands_of
from monitor.digest.likes import read_like
from monitor.digest.period import Period
from monitor.digest.report import Changed
from monitor.store import Span
from monitor.store.facts import Return
from monitor.store.kinds import KINDS

STANDS: Mapping[str, Callable[[Stand], bool]] = {
    **IS_ONE,
    "resolved": lambda stand: stand.resolution_hours() is not None,
    "first_contact": lambda stand: stand.is_first_contact,
}
TOLD: Mapping[str, Callable[[Stand], str | None]] = {
    "channel": lambda stand: stand.channel.value,
    "person": person_of,
    "reason": lambda stand: stand.case.reason,
}
EFFECTS: Mapping[str, bool | None] = {"recovered": True, "relapsed": False}
COMEBACKS = ("came_back", "came_back_happier")
OTHERS = ("deadlines", "edited", "older_unanswered", "late", "theme")


def kinds() -> Sequence[str]:
    """Return every kind there is, for help and errors."""
    return sorted({*KINDS, *STANDS, *EFFECTS, *COMEBACKS, *OTHERS})


def trace(asked: Question, like: str) -> Sequence[int]:
    """Return the ids of the mentions behind a figure of a period, oldest first.

    Raises:
        ValueError: no figure is named so.
    """
    return Tracer(asked).trace(like)


class Tracer:
    """Traces many figures of one question; what they share is read once."""

    def __init__(self, asked: Question) -> None:
        self._asked = asked

    def trace(self, like: str) -> Sequence[int]:
        """Do what `trace` does."""
        kind, narrower = read_like(like)
        if kind not in kinds():
            raise ValueError(
                f'no figure is named "{kind}"; there are: {", ".join(kinds())}'
            )
        if kind in KINDS:
            return _by_condition(self._asked, kind, dict(narrower))
        if kind in STANDS or kind == "deadlines":
            return self._by_stand(kind, narrower)
        if kind in COMEBACKS:
            some = self._returns
            if kind.endswith("happier"):
                some = around.happier(some)
            return [one.mention_id for one in some]
        return self._by_rest(kind, narrower)

    def _by_rest(self, kind: str, narrower: Mapping[str, str]) -> Sequence[int]:
        asked = self._asked
        if kind == "theme":
            return _of_theme(asked, narrower.get("theme", ""))
        if kind == "older_unanswered":
            weeks = asked.store.weeks
            return weeks.waiting_ids_before(asked.brand.name, asked.period.start)
        return _late(asked) if kind == "late" else self._edited(kind)

    def _by_stand(self, kind: str, narrower: Mapping[str, str]) -> Sequence[int]:
        at = self._asked.at
        if kind == "deadlines":
            some = [one for one in self._stands if one.kept_deadline(at) is not None]
        else:
            some = [one for one in self._stands if STANDS[kind](one)]
        for name, value in narrower.items():
            if name not in TOLD:
                raise ValueError(f"answers cannot be narrowed by {name}")
            some = [one for one in some if TOLD[name](one) == value]
        return [one.case.id for one in some]

    def _edited(self, kind: str) -> Sequence[int]:
        some = self._changes
        if kind in EFFECTS:
            some = [one for one in some if one.is_better is EFFECTS[kind]]
        return [one.mention_id for one in reversed(some)]

    @cached_property
    def _stands(self) -> Sequence[Stand]:
        found = stands_of(self._asked, self._asked.span, self._asked.at)
        return sorted(found, key=lambda one: (one.case.posted_at, one.case.id))

    @cached_property
    def _changes(self) -> Sequence[Changed]:
        span = self._asked.span
        edits = self._asked.store.weeks.edits(span.brand, span.start)
        return around.changed(edits, span.start, span.end)

    @cached_property
    def _returns(self) -> Sequence[Return]:
        return self._asked.store.weeks.returns(self._asked.span)


def _by_condition(
    asked: Question, kind: str, narrower: dict[str, str]
) -> Sequence[int]:
    span = asked.span
    if day := narrower.pop("day", None):
        one = date.fromisoformat(day)
        period = Period(one, one, asked.period.zone)
        span = Span(span.brand, period.start, period.end)
    if brand := narrower.pop("brand", None):
        span = replace(span, brand=brand)
    try:
        return asked.store.weeks.ids(span, kind, narrower)
    except KeyError as e:
        raise ValueError(f'"{kind}" cannot be narrowed by {e.args[0]}') from None


def _of_theme(asked: Question, words: str) -> Sequence[int]:
    wanted = words.replace(",", " ").split()
    themes = find_themes(asked).themes
    for theme in themes:
        if list(theme.words[:3]) == wanted:
            return theme.mentions
    known = "; ".join(theme.label for theme in themes) or "none"
    raise ValueError(
        f'no theme of {asked.period.label} has the words "{words}"; write '
        f"theme&theme= and the words of one of these: {known}"
    )


def _late(asked: Question) -> Sequence[int]:
    """Mentions of the last digest's period that came in after it."""
    row = asked.store.digests.last(asked.brand.name, asked.period.first)
    if row is None:
        return ()
    span = Span(asked.brand.name, row.start_at, row.end_at)
    return asked.store.weeks.late_ids(span, row.as_of)
