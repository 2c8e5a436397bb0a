"""A row becomes a post, or says why it cannot."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from connectors._file.columns import Plan, PostField, flatten, plan
from connectors._file.rows import Row
from connectors._file.values import (
    fitting_formats,
    is_yes,
    joined,
    parse_count,
    parse_rating,
    parse_time,
    shown,
    text_of,
)
from connectors.base import Author, Kind, OwnerReply, Post

_PLANS = 64


class BadRow(Exception):
    """This row is no post; the message says why and what would mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the rows of a source are to be understood: settings, without the file."""

    platform: str
    columns: Mapping[PostField, Sequence[str]]
    kind: Kind
    rating_scale: float
    date_format: str | None
    zone: tzinfo


class Mapper:
    """Turns the rows of one file into posts.

    `received` stands in for a time the file does not tell: when it was written.
    """

    def __init__(
        self, reading: Reading, columns: Sequence[str] | None, received: datetime
    ) -> None:
        """Choose the columns; None where each row names its own.

        Raises:
            Unreadable: a column is missing.
        """
        self._reading = reading
        self._received = received
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._plan: Plan | None = None
        if columns:
            self._plan = plan(reading.columns, columns, every=True)

    def plan_for(self, row: Mapping[str, Any]) -> Plan:
        """Return the plan for a row; rows with the same names share one."""
        if self._plan is not None:
            return self._plan
        names = tuple(row)
        if names not in self._plans:
            if len(self._plans) >= _PLANS:  # strangers may name keys as they like
                self._plans.clear()
            self._plans[names] = plan(self._reading.columns, names, every=False)
        return self._plans[names]

    def post(self, row: Row) -> Post:
        """Return the post a row holds.

        Raises:
            BadRow: it has a fault, says nothing, holds a NUL byte, or a date that
                cannot be read.
        """
        if row.fault:
            raise BadRow(row.fault)
        cells = self._cells(row.values)
        text = "\n".join(filter(None, (cells.get("title"), cells.get("text"))))
        rated = cells.get("rating", "")
        rating = parse_rating(rated, self._reading.rating_scale) if rated else None
        if not text and rating is None:
            raise BadRow(
                "has neither a text nor a rating that can be read; if it should, "
                "name their columns under columns:"
            )
        posted_at = self._time(cells, "posted_at")
        edited_at = self._time(cells, "edited_at")
        return Post(
            platform=self._reading.platform,
            id=cells.get("id") or _content_id(cells, posted_at, text),
            url=_link(cells.get("url", "")),
            author=_author(cells),
            text=text,
            posted_at=posted_at or self._received,
            kind=self._kind(cells.get("kind")),
            lang=cells.get("lang"),
            rating=rating,
            edited_at=edited_at if edited_at != posted_at else None,
            is_repost=is_yes(cells.get("repost", "")),
            owner_reply=self._reply(cells),
            ref={"rating": rated[:40]} if rated and rating is None else {},
        )

    def _cells(self, row: Mapping[str, Any]) -> dict[PostField, str]:
        """Return the texts of the fields that have one."""
        if self._plan is None and any(v.__class__ is dict for v in row.values()):
            row = flatten(row)
        cells: dict[PostField, str] = {}
        for field, columns in self.plan_for(row).items():
            if len(columns) == 1:
                text = text_of(row.get(columns[0]))
            else:
                text = joined(row.get(column) for column in columns)
            if "\0" in text:
                raise BadRow(f"{field}: holds a NUL byte; take it out")
            if text:
                cells[field] = text
        return cells

    def _time(
        self, cells: Mapping[PostField, str], field: PostField
    ) -> datetime | None:
        told = cells.get(field)
        if not told:
            return None
        try:
            return parse_time(told, self._reading.date_format, self._reading.zone)
        except ValueError:
            reason = _no_time(told, self._reading.date_format)
            raise BadRow(f"{field}: {reason}") from None

    def _kind(self, told: str | None) -> Kind:
        if told is None:
            return self._reading.kind
        try:
            return Kind(told.casefold())
        except ValueError:
            return self._reading.kind

    def _reply(self, cells: Mapping[PostField, str]) -> OwnerReply | None:
        replied_at = self._time(cells, "replied_at")
        if not cells.get("reply"):
            return None
        return OwnerReply(text=cells["reply"], posted_at=replied_at or self._received)


def _no_time(told: str, date_format: str | None) -> str:
    formats = fitting_formats(told) or ["%d/%m/%Y %H:%M"]
    quoted = " or ".join(f'"{one}"' for one in formats)
    remedy = f"set date_format, as in {quoted}"
    if date_format is not None:
        return f'{shown(told)} does not fit date_format "{date_format}"; {remedy}'
    return f"{shown(told)} is neither ISO 8601 nor seconds since 1970; {remedy}"


def _link(url: str) -> str:
    """Return a link that may be put behind a button: to a page, to nothing else."""
    return url if url.startswith(("https://", "http://")) else ""


def _author(cells: Mapping[PostField, str]) -> Author:
    return Author(
        handle=cells.get("author", ""),
        id=cells.get("author_id"),
        followers=parse_count(cells.get("followers", "")),
    )


def _content_id(
    cells: Mapping[PostField, str], posted_at: datetime | None, text: str
) -> str:
    """Return the same id for the same content, however often it is delivered."""
    told = posted_at.isoformat() if posted_at else ""
    parts = [cells.get("author", ""), told, text, cells.get("url", "")]
    if not text:  # two ratings without a word differ by the rating alone
        parts.append(cells["rating"])
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
