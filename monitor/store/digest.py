"""What the digest asks: weeks counted in SQL, and the few rows that are shown.

`kinds` has the conditions: a number and the list of mentions behind it use the same one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, case, cast, func, literal, select
from sqlmodel import Session, col

from monitor.models import Event, Mention, Status
from monitor.store.database import Database
from monitor.store.facts import Case, Cell, Edit, Return, Span, Step, Text
from monitor.store.kinds import (
    ANSWERABLE,
    BACK_WITHIN,
    FEELING,
    KINDS,
    LANGUAGE,
    OF_BRAND,
    OVERRULED,
    SEEN_BY_PERSON,
    STARS,
    VOICE,
    WAITING,
    edited_after_answer,
    in_time,
    latest_answered,
)
from monitor.store.retention import ERASED

MOST_WAITING = 500
"""Unanswered mentions that a digest lists; its numbers count all."""

NARROW: Mapping[str, Any] = {
    "source": col(Mention.source),
    "language": LANGUAGE,
    "reason": col(Mention.reason),
    "stars": cast(STARS, String),
}
"""What a kind can be narrowed by in SQL."""


class Weeks:
    """Questions about a brand's mentions in a span of time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cells(
        self, brand: str, starts: Sequence[datetime], end: datetime
    ) -> Sequence[Cell]:
        """Count people's voice by day; `starts` are the days' first moments."""
        parts = (_day_number(starts), col(Mention.source), LANGUAGE, FEELING)
        query = (
            select(
                *parts,
                func.count(),
                func.coalesce(func.sum(col(Mention.rating)), 0.0),
                func.count(col(Mention.rating)),
            )
            .where(*_in(Span(brand, starts[0], end)), VOICE)
            .group_by(*parts)
        )
        with self._database.read() as session:
            return [Cell(*row) for row in session.execute(query)]

    def stars(self, span: Span) -> Mapping[int, int]:
        """Count reviews by their stars, rounded half up."""
        query = (
            select(STARS, func.count())
            .where(*_in(span), VOICE, col(Mention.rating).is_not(None))
            .group_by(STARS)
        )
        with self._database.read() as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def rating_squares(self, span: Span) -> float:
        """Return the sum of the squares of all ratings, for their spread."""
        squares = func.sum(col(Mention.rating) * col(Mention.rating))
        query = select(squares).where(*_in(span), VOICE)
        with self._database.read() as session:
            return float(session.execute(query).scalar_one() or 0)

    def daily(
        self, brand: str, starts: Sequence[datetime], end: datetime
    ) -> Mapping[tuple[int, str, str], int]:
        """Count people's voice by (day number, source, feeling)."""
        parts = (_day_number(starts), col(Mention.source), FEELING)
        query = (
            select(*parts, func.count())
            .where(*_in(Span(brand, starts[0], end)), VOICE)
            .group_by(*parts)
        )
        with self._database.read() as session:
            return {(day, who, mood): n for day, who, mood, n in session.execute(query)}

    def voices(
        self, brands: Sequence[str], start: datetime, end: datetime
    ) -> Mapping[tuple[str, str], int]:
        """Count all but own posts by (brand, feeling)."""
        found: dict[tuple[str, str], int] = {}
        with self._database.read() as session:
            for brand in brands:
                query = (
                    select(FEELING, func.count())
                    .where(*_in(Span(brand, start, end)), OF_BRAND)
                    .group_by(FEELING)
                )
                found |= {(brand, mood): n for mood, n in session.execute(query)}
        return found

    def left_out(self, span: Span) -> Mapping[str, int]:
        """Count what is not people's voice, by reason."""
        query = (
            select(col(Mention.reason), func.count())
            .where(*_in(span), ~VOICE)
            .group_by(col(Mention.reason))
        )
        with self._database.read() as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def cases(self, span: Span) -> Sequence[Case]:
        """Return what had to be answered, with what its events do not tell."""
        query = select(
            col(Mention.id),
            col(Mention.posted_at),
            col(Mention.found_at),
            col(Mention.status),
            col(Mention.reason),
            col(Mention.due_at),
            col(Mention.answered_at),
            col(Mention.answered_by),
            col(Mention.closed_at),
            col(Mention.closed_by),
            col(Mention.rev) > 0,
        ).where(*_in(span), ANSWERABLE)
        with self._database.read() as session:
            return [Case(*row) for row in session.execute(query)]

    def steps(self, span: Span) -> Sequence[Step]:
        """Return the changes of status of what had to be answered, oldest first."""
        query = (
            select(
                col(Event.mention_id),
                col(Event.at),
                col(Event.what),
                col(Event.old),
                col(Event.new),
                col(Event.actor),
            )
            .join(Mention, col(Mention.id) == col(Event.mention_id))
            .where(*_in(span), ANSWERABLE, col(Mention.rev) > 0)
            .where(func.coalesce(col(Event.old), "") != col(Event.new))
            .where(col(Event.new).in_([one.value for one in Status]))
            .order_by(col(Event.mention_id), col(Event.id))
        )
        with self._database.read() as session:
            return [Step(*row) for row in session.execute(query)]

    def waiting(self, brand: str, end: datetime) -> Sequence[Mention]:
        """Return what has no answer and was posted before `end`, oldest first."""
        query = (
            select(Mention)
            .where(col(Mention.brand) == brand, WAITING, col(Mention.posted_at) < end)
            .order_by(col(Mention.posted_at), col(Mention.id))
            .limit(MOST_WAITING)
        )
        with self._database.read() as session:
            return session.execute(query).scalars().all()

    def waiting_before(self, brand: str, start: datetime) -> int:
        """Count what has no answer and was posted before `start`."""
        query = select(func.count()).where(
            col(Mention.brand) == brand, WAITING, col(Mention.posted_at) < start
        )
        with self._database.read() as session:
            return int(session.execute(query).scalar_one())

    def edits(self, brand: str, start: datetime) -> Sequence[Edit]:
        """Return authors' edits since `start` of posts we had answered, oldest first."""
        answered = edited_after_answer()
        query = (
            select(Mention, col(Event.at), answered, col(Event.was))
            .join(Event, col(Event.mention_id) == col(Mention.id))
            .where(col(Mention.brand) == brand, col(Event.at) >= start, VOICE)
            .where(col(Event.what) == literal("edited", literal_execute=True))
            .where(answered.is_not(None))
            .order_by(col(Event.at), col(Event.id))
        )
        with self._database.read() as session:
            rows = session.execute(query).all()
        return [Edit(row, at, since, was or {}) for row, at, since, was in rows]

    def returns(self, span: Span) -> Sequence[Return]:
        """Return one row per author who came back, about their latest mention."""
        earlier = latest_answered(span.start - BACK_WITHIN)
        query = (
            select(
                col(Mention.platform),
                col(Mention.author),
                col(Mention.id),
                FEELING,
                earlier,
            )
            .where(*_in(span), VOICE, col(Mention.author) != ERASED)
            .where(earlier.is_not(None))
            .order_by(col(Mention.posted_at), col(Mention.id))
        )
        with self._database.read() as session:
            rows = session.execute(query).all()
            before = _feelings(session, [row[4] for row in rows])
        latest = {(row[0], row[1]): row for row in rows}
        return [
            Return(platform, author, number, mood, before[answered])
            for platform, author, number, mood, answered in latest.values()
        ]

    def labels(self, span: Span) -> tuple[int, int]:
        """Count labels that a person changed, and mentions a person looked at."""
        query = select(
            func.coalesce(func.sum(case((OVERRULED, 1), else_=0)), 0),
            func.coalesce(func.sum(case((SEEN_BY_PERSON, 1), else_=0)), 0),
        ).where(*_in(span), VOICE)
        with self._database.read() as session:
            changed, seen = session.execute(query).one()
        return int(changed), int(seen)

    def erased(self, span: Span) -> int:
        query = select(func.count()).where(
            *_in(span), VOICE, col(Mention.erased_at).is_not(None)
        )
        with self._database.read() as session:
            return int(session.execute(query).scalar_one())

    def late(self, span: Span, after: datetime) -> int:
        """Count people's voice of the span that we found after a time."""
        query = select(func.count()).where(
            *_in(span), VOICE, col(Mention.found_at) > after
        )
        with self._database.read() as session:
            return int(session.execute(query).scalar_one())

    def texts(self, span: Span) -> Sequence[Text]:
        """Return people's words, oldest first; erased ones are left out."""
        query = (
            select(
                col(Mention.id), col(Mention.text), FEELING, col(Mention.url), col(Mention.platform),
                col(Mention.author), col(Mention.rating), col(Mention.posted_at),
            )
            .where(*_in(span), VOICE, col(Mention.erased_at).is_(None))
            .order_by(col(Mention.posted_at), col(Mention.id))
        )  # fmt: skip
        with self._database.read() as session:
            return [Text(*row) for row in session.execute(query)]

    def ids(self, span: Span, kind: str, narrower: Mapping[str, str]) -> Sequence[int]:
        """Return the mentions of a kind, oldest first.

        Raises:
            KeyError: there is no such kind, or `narrower` names no column of it.
        """
        query = select(col(Mention.id)).where(*_in(span), KINDS[kind])
        for name, value in narrower.items():
            query = query.where(NARROW[name] == value)
        query = query.order_by(col(Mention.posted_at), col(Mention.id))
        with self._database.read() as session:
            return session.execute(query).scalars().all()

    def late_ids(self, span: Span, after: datetime) -> Sequence[int]:
        """Return people's voice of the span that we found after a time."""
        query = select(col(Mention.id)).where(
            *_in(span), VOICE, col(Mention.found_at) > after
        )
        with self._database.read() as session:
            return session.execute(query.order_by(col(Mention.id))).scalars().all()

    def waiting_ids_before(self, brand: str, start: datetime) -> Sequence[int]:
        """Return what has no answer and was posted before `start`, oldest first."""
        query = select(col(Mention.id)).where(
            col(Mention.brand) == brand, WAITING, col(Mention.posted_at) < start
        )
        query = query.order_by(col(Mention.posted_at), col(Mention.id))
        with self._database.read() as session:
            return session.execute(query).scalars().all()

    def oldest(self, brand: str) -> datetime | None:
        """Return when the brand's oldest mention was posted."""
        query = select(func.min(col(Mention.posted_at))).where(
            col(Mention.brand) == brand
        )
        with self._database.read() as session:
            found: datetime | None = session.execute(query).scalar_one()
        return found


def _in(span: Span) -> tuple[Any, ...]:
    return in_time(span.brand, span.start, span.end)


def _day_number(starts: Sequence[datetime], first: int = 0) -> Any:
    """Return SQL for which day a mention was posted on: halving, so that a year's
    days cost nine comparisons and not hundreds."""
    if len(starts) == 1:
        return literal(first, Integer, literal_execute=True)
    half = len(starts) // 2
    return case(
        (
            col(Mention.posted_at) < starts[half],
            _day_number(starts[:half], first),
        ),
        else_=_day_number(starts[half:], first + half),
    )


def _feelings(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for at in range(0, len(ids), 500):
        query = select(col(Mention.id), FEELING).where(
            col(Mention.id).in_(ids[at : at + 500])
        )
        found |= {number: mood for number, mood in session.execute(query) if number}
    return found
