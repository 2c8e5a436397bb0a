"""Opening a file where it was left, in its format and encoding."""

import logging
from dataclasses import dataclass
from typing import BinaryIO

from connectors._file.encoding import ASCII, FALLBACK, UTF_8, byte_order_mark, detect
from connectors._file.folder import FORMATS, Found
from connectors._file.json_array import JsonArrayRows
from connectors._file.lines import Spot
from connectors._file.places import Place, mark
from connectors._file.rows import CsvRows, JsonLineRows, Rows, Unreadable, is_json_lines

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the bytes of a source's files are laid out; `auto`: found out per file."""

    format: str = "auto"
    encoding: str = "auto"
    delimiter: str = "auto"
    header: bool = True

    def format_of(self, file: Found) -> str:
        """Raise Unreadable where the file's name says nothing we know."""
        if self.format != "auto":
            return self.format
        suffix = file.path.suffix.lower()
        if suffix not in FORMATS:
            raise Unreadable("is of no kind we read; save it as CSV, or set format")
        return FORMATS[suffix]


def beginning(handle: BinaryIO, file: Found, place: Place, layout: Layout) -> Place:
    """Return where to read on: where we were if the file only grew, else the start."""
    grew = file.size > place.size if place.done else file.size >= place.next.at
    known = place.mark and grew and mark(handle, place.next.at) == place.mark
    if known and not place.done:
        return place
    again = place.unfinished or place.next
    if known and again.at:
        return Place(next=again, encoding=_again(handle, file, place, layout))
    at, marked = byte_order_mark(handle)
    encoding = marked or _encoding(handle, file, layout, 0)
    return Place(next=Spot(at, 1), encoding=encoding)


def _again(handle: BinaryIO, file: Found, place: Place, layout: Layout) -> str:
    """Return the encoding of a file that grew: a guess is made again."""
    if place.encoding not in {ASCII, FALLBACK} or byte_order_mark(handle)[1]:
        return place.encoding
    again = place.unfinished or place.next
    found = _encoding(handle, file, layout, again.at)
    return place.encoding if found == ASCII else found


def _encoding(handle: BinaryIO, file: Found, layout: Layout, start: int) -> str:
    if layout.encoding != "auto":
        return layout.encoding
    found = detect(handle, start)
    if found == FALLBACK:
        logger.warning(
            "%s is not UTF-8, it is read as %s; if letters look wrong, set encoding",
            file.name, FALLBACK,
        )  # fmt: skip
    return found


def open_rows(handle: BinaryIO, file: Found, place: Place, layout: Layout) -> Rows:
    """Return the rows from `place` on.

    Raises:
        Unreadable: the file is not what its name says.
    """
    form = layout.format_of(file)
    encoding = UTF_8 if place.encoding == ASCII else place.encoding
    top = Spot(byte_order_mark(handle)[0], 1)
    if form in {"csv", "tsv"}:
        told = layout.delimiter if layout.delimiter != "auto" else ""
        rows = CsvRows(
            handle, encoding, top,
            delimiter=told or ("\t" if form == "tsv" else ""), header=layout.header,
        )  # fmt: skip
        rows.resume(place.next)
        return rows
    if form == "json" and not is_json_lines(handle, encoding, top):
        items = JsonArrayRows(handle, encoding, top)
        items.enter()
        items.resume(place.next)
        return items
    return JsonLineRows(handle, encoding, place.next)
