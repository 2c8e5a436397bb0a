"""Rows of CSV, TSV and JSON Lines, each with the place where it begins and ends.

A row may hold line ends (quoted fields in CSV). A row that cannot be read carries
its fault, and the next one is read all the same.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple, Protocol

from connectors._file.lines import LIMIT, Lines, Spot

DELIMITERS = ",;\t|"
_QUOTED = re.compile('"[^"]*"')


class Row(NamedTuple):
    """One row: its values by column, or the fault that keeps us from them.

    `open` says that the file ended before the row certainly did: its writer may
    not have finished.
    """

    start: Spot
    end: Spot
    values: Mapping[str, Any]
    fault: str = ""
    open: bool = False


class Unreadable(Exception):
    """A whole file cannot be read; the message says why and what would mend it."""


class Rows(Protocol):
    """Rows of one file from where it was opened."""

    @property
    def columns(self) -> Sequence[str] | None:
        """The file's columns; None where each row names its own."""
        ...

    @property
    def sign(self) -> str:
        """What stands between a file's name and a row's number: `reviews.csv:17`."""
        ...

    @property
    def spot(self) -> Spot:
        """Where the next row begins."""
        ...

    def __iter__(self) -> Iterator[Row]: ...


class CsvRows:
    """CSV and TSV as people and programs write them (RFC 4180, and what is not).

    A stray quote is the usual damage: it swallows the rows after it. So the quotes
    are read strictly, and where they do not add up, the row is read again from its
    first line alone with the quotes as plain text; the lines after it are rows of
    their own.
    """

    sign = ":"

    def __init__(
        self,
        handle: BinaryIO,
        encoding: str,
        start: Spot,
        *,
        delimiter: str = "",
        header: bool = True,
    ) -> None:
        # One limit for the whole process, so it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), LIMIT))
        self._lines = Lines(handle, encoding, start)
        self._delimiter = delimiter
        self.columns: Sequence[str] = ()
        self._read_header(header)

    @property
    def spot(self) -> Spot:
        return self._lines.spot

    def resume(self, spot: Spot) -> None:
        """Go on from a spot of an earlier reading, if it is past the header."""
        if spot.at > self._lines.spot.at:
            self._lines.seek(spot)

    def __iter__(self) -> Iterator[Row]:
        reader = self._reader()
        while True:
            start = self._lines.begin()
            try:
                fields = next(reader)
                fault = self._misfit(fields, start)
            except StopIteration:
                return
            except csv.Error:
                fields, fault = [], "has a quote that opens and does not close"
            if fault:
                yield self._first_line(start, fault)
                reader = self._reader()
            elif any(fields) or self._lines.fault:
                yield self._row(start, fields)

    def _row(self, start: Spot, fields: Sequence[str], *, open_: bool = False) -> Row:
        return Row(
            start,
            self._lines.spot,
            dict(zip(self.columns, fields, strict=False)),
            self._lines.fault,
            open_ or self._lines.open,
        )

    def _first_line(self, start: Spot, fault: str) -> Row:
        """Read the line at `start` by itself: quotes as text, then leniently."""
        open_ = self._lines.ended or self._lines.open
        self._lines.seek(start)
        line = next(self._lines)
        for quoting in (csv.QUOTE_NONE, csv.QUOTE_MINIMAL):
            fields = self._split(line, quoting)
            if not self._miscounted(fields):
                return self._row(start, fields, open_=open_)
        return Row(
            start,
            self._lines.spot,
            {},
            self._lines.fault or fault,
            open_ or self._lines.open,
        )

    def _split(self, line: str, quoting: Any) -> list[str]:
        try:
            return next(
                csv.reader([line], delimiter=self._delimiter, quoting=quoting), []
            )
        except csv.Error:
            return []

    def _misfit(self, fields: Sequence[str], start: Spot) -> str:
        """Say why these fields are not one row; nothing where they are."""
        if not any(fields):
            return ""
        if self._miscounted(fields):
            return (
                f"has {len(fields)} fields where there are {len(self.columns)} "
                "columns; quote fields that hold the delimiter"
            )
        if self._delimiter == "\t" and self._lines.spot.line > start.line + 1:
            return self._swallowed()
        return ""

    def _swallowed(self) -> str:
        """In TSV quotes are often plain text: say whether two took rows for a field.

        So it seems where the first and the last line are each a row by itself.
        """
        for line in (self._lines.first, self._lines.last):
            if self._miscounted(self._split(line, csv.QUOTE_NONE)):
                return ""
        return "has a quote that opens and closes rows later"

    def _miscounted(self, fields: Sequence[str]) -> bool:
        wanted = len(self.columns)
        return len(fields) < wanted or any(fields[wanted:])

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self._delimiter, strict=True)

    def _read_header(self, header: bool) -> None:
        top = self._lines.spot
        first = next((line for line in self._lines if line.strip()), "")
        if "\r" in first.rstrip("\r\n"):
            raise Unreadable("has lines that end with CR alone; save it with LF")
        self._delimiter = self._delimiter or _likely_delimiter(first)
        self._lines.seek(top)
        try:
            fields = next((fields for fields in self._reader() if any(fields)), [])
        except csv.Error:
            raise Unreadable(
                "has a quote in its first line that never closes"
            ) from None
        if header:
            self.columns = _distinct(fields)
        else:
            self.columns = [str(number + 1) for number in range(len(fields))]
            self._lines.seek(top)


def _likely_delimiter(line: str) -> str:
    bare = _QUOTED.sub("", line)
    return max(DELIMITERS, key=bare.count)


def _distinct(names: Sequence[str]) -> Sequence[str]:
    """Return the names, the second of two equal ones as "name (2)"."""
    seen: dict[str, int] = {}
    distinct = []
    for name in (name.strip() for name in names):
        seen[name] = seen.get(name, 0) + 1
        distinct.append(f"{name} ({seen[name]})" if seen[name] > 1 else name)
    return distinct


class JsonLineRows:
    """JSON Lines: one object per line (https://jsonlines.org)."""

    columns = None
    sign = ":"

    def __init__(self, handle: BinaryIO, encoding: str, start: Spot) -> None:
        self._lines = Lines(handle, encoding, start)

    @property
    def spot(self) -> Spot:
        return self._lines.spot

    def __iter__(self) -> Iterator[Row]:
        while True:
            start = self._lines.begin()
            line = next(self._lines, None)
            if line is None:
                return
            values, fault = _object(line)
            fault = self._lines.fault or fault
            if line.strip() or fault:
                yield Row(start, self._lines.spot, values, fault, self._lines.open)


def is_json_lines(handle: BinaryIO, encoding: str, top: Spot) -> bool:
    """Say whether a .json file is JSON Lines: an object in its first line, and more.

    One object alone may hold the array of rows, unless it holds none.
    """
    handle.seek(top.at)
    head = handle.read(LIMIT)
    line, end, rest = head.decode(encoding, "ignore").lstrip().partition("\n")
    if not line.startswith("{") or (not end and len(head) == LIMIT):
        return False
    values, fault = _object(line)
    if fault:
        return False
    return bool(rest.strip()) or not any(
        isinstance(value, list) and value and isinstance(value[0], dict)
        for value in values.values()
    )


def _object(line: str) -> tuple[Mapping[str, Any], str]:
    try:
        value = json.loads(line) if line.strip() else {}
    except (ValueError, RecursionError):
        return {}, "is not JSON; write one object per line"
    if not isinstance(value, dict):
        return {}, "is not an object; write one {...} per line"
    return value, ""
