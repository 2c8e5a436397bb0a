"""Mentions: what we know of them, and the questions people ask."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import case, func, tuple_
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from monitor.config import Priority
from monitor.models import Event, Mention, Reason, Status, Unmatched
from monitor.store.database import Database
from sentiment import Label

CHUNK = 500
T = TypeVar("T")
Key = tuple[str, str, str]
"""Platform, post id, brand: what makes a mention unique."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which mentions to list. Everything given must hold."""

    brand: str | None = None
    source: str | None = None
    platform: str | None = None
    status: Status | None = None
    reason: str | None = None
    sentiment: Label | None = None
    priority: Priority | None = None
    author: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    overdue_at: datetime | None = None


class Mentions:
    """Questions about mentions. Changes go through `intake` and `moves`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, mention_id: int) -> Mention | None:
        with self._database.read() as session:
            return session.get(Mention, mention_id)

    def some(self, ids: Iterable[int]) -> Iterator[Mention]:
        """Yield mentions by id, in the order of their ids, a few at a time."""
        for part in chunks(sorted(ids)):
            query = select(Mention).where(col(Mention.id).in_(part))
            with self._database.read() as session:
                found = session.exec(query.order_by(col(Mention.id))).all()
            yield from found

    def events(self, mention_id: int) -> Sequence[Event]:
        """Return the audit trail of one mention, oldest first."""
        query = select(Event).where(Event.mention_id == mention_id)
        with self._database.read() as session:
            return session.exec(query.order_by(col(Event.id))).all()

    def known(self, platform: str, post_ids: Collection[str]) -> dict[Key, Mention]:
        """Return the mentions we already have of these posts."""
        found: dict[Key, Mention] = {}
        with self._database.read() as session:
            for ids in chunks(post_ids):
                query = select(Mention).where(
                    Mention.platform == platform, col(Mention.post_id).in_(ids)
                )
                for one in session.exec(query):
                    found[one.platform, one.post_id, one.brand] = one
        return found

    def copies(self, hashes: Collection[str], since: datetime) -> Mapping[str, int]:
        """Count, per text hash, the posts of that text found since then."""
        found: dict[str, int] = {}
        with self._database.read() as session:
            for some in chunks(hashes):
                query = (
                    select(
                        Mention.text_hash,
                        func.count(func.distinct(col(Mention.post_id))),
                    )
                    .where(col(Mention.text_hash).in_(some), Mention.found_at >= since)
                    .group_by(Mention.text_hash)
                )
                found.update((text, count) for text, count in session.exec(query))
        return found

    def spam(self, hashes: Collection[str]) -> Mapping[str, int]:
        """Return, per text hash, a mention of that text a person called spam."""
        found: dict[str, int] = {}
        with self._database.read() as session:
            for some in chunks(hashes):
                query = (
                    select(Mention.text_hash, func.min(Mention.id))
                    .where(
                        col(Mention.text_hash).in_(some),
                        Mention.status == Status.DISMISSED,
                        Mention.reason == Reason.SPAM.value,
                    )
                    .group_by(Mention.text_hash)
                )
                found.update(
                    (text, first) for text, first in session.exec(query) if first
                )
        return found

    def authors(
        self, platform: str, handles: Collection[str], since: datetime
    ) -> Mapping[tuple[str, str], int]:
        """Count, per (author, brand), the mentions found since then."""
        found: dict[tuple[str, str], int] = {}
        with self._database.read() as session:
            for some in chunks(handles):
                query = (
                    select(Mention.author, Mention.brand, func.count())
                    .where(
                        Mention.platform == platform,
                        col(Mention.author).in_(some),
                        Mention.found_at >= since,
                    )
                    .group_by(Mention.author, Mention.brand)
                )
                found.update(((who, name), n) for who, name, n in session.exec(query))
        return found

    def queue(self, limit: int = 50, brand: str | None = None) -> Sequence[Mention]:
        """Return what must be answered, most pressing first."""
        query = select(Mention).where(Mention.status == Status.OPEN)
        if brand:
            query = query.where(Mention.brand == brand)
        query = query.order_by(col(Mention.priority), col(Mention.due_at)).limit(limit)
        with self._database.read() as session:
            return session.exec(query).all()

    def find(self, which: Filter, limit: int | None = None) -> Sequence[Mention]:
        """Return mentions, newest first."""
        query = _filtered(select(Mention), which).order_by(col(Mention.id).desc())
        with self._database.read() as session:
            found = session.exec(query.limit(limit) if limit else query).all()
        return list(found)

    def each(self, which: Filter) -> Iterator[Mention]:
        """Yield mentions oldest first, in bounded memory."""
        last = 0
        while True:
            query = _filtered(select(Mention), which).where(col(Mention.id) > last)
            with self._database.read() as session:
                page = session.exec(query.order_by(col(Mention.id)).limit(CHUNK)).all()
            yield from page
            if len(page) < CHUNK:
                return
            last = page[-1].id or 0

    def by_post(self) -> Iterator[Mention]:
        """Yield all mentions, those of one post together, in bounded memory."""
        last = ("", "", "")
        key = (col(Mention.platform), col(Mention.post_id), col(Mention.brand))
        while True:
            query = select(Mention).where(tuple_(*key) > tuple_(*last)).order_by(*key)
            with self._database.read() as session:
                page = session.exec(query.limit(CHUNK)).all()
            yield from page
            if len(page) < CHUNK:
                return
            last = (page[-1].platform, page[-1].post_id, page[-1].brand)

    def unmatched(self) -> Iterator[Unmatched]:
        """Yield the posts that named no brand, in bounded memory."""
        last = ("", "")
        key = (col(Unmatched.platform), col(Unmatched.post_id))
        while True:
            query = select(Unmatched).where(tuple_(*key) > tuple_(*last)).order_by(*key)
            with self._database.read() as session:
                page = session.exec(query.limit(CHUNK)).all()
            yield from page
            if len(page) < CHUNK:
                return
            last = (page[-1].platform, page[-1].post_id)

    def queue_state(self, now: datetime) -> tuple[int, int, datetime | None]:
        """Return how many are open, how many of them overdue, and the oldest's time."""
        late = func.sum(case((col(Mention.due_at) < now, 1), else_=0))
        query = select(func.count(), late, func.min(Mention.found_at)).where(
            Mention.status == Status.OPEN
        )
        with self._database.read() as session:
            total, overdue, oldest = session.exec(query).one()
        return total, int(overdue or 0), oldest


def _filtered(query: Any, which: Filter) -> Any:
    conditions: list[ColumnElement[bool] | bool] = [
        getattr(Mention, name) == value
        for name in (
            "brand", "source", "platform", "status", "reason", "priority", "author",
        )
        if (value := getattr(which, name)) is not None
    ]  # fmt: skip
    if which.sentiment:
        said = func.coalesce(col(Mention.corrected), col(Mention.sentiment))
        conditions.append(said == which.sentiment)
    if which.text:
        conditions.append(col(Mention.text).icontains(which.text, autoescape=True))
    if which.since:
        conditions.append(col(Mention.found_at) >= which.since)
    if which.until:
        conditions.append(col(Mention.found_at) < which.until)
    if which.overdue_at:
        conditions.append(col(Mention.status) == Status.OPEN)
        conditions.append(col(Mention.due_at) < which.overdue_at)
    return query.where(*conditions)


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut into lists short enough for one IN (...)."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
