"""Items of a JSON array, one at a time, each with the byte where it ends.

Not with a streaming parser: none tells the byte, and without it each poll would
read the file again from its start.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from connectors._file.lines import LIMIT, Spot
from connectors._file.rows import Row, Unreadable

_CHUNK = 1 << 18
_MOST = 16 * LIMIT
_BLANK = re.compile(r"[ \t\r\n]*")
_BEFORE_ITEM = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_UNDECODED = re.compile("[\ud800-\udfff]")
_OPENING = re.compile(r"\[\s*(\S)")
_BROKEN = (
    "breaks off, or is not JSON from here on; deliver the file again, whole, "
    "or as JSON Lines"
)


class JsonArrayRows:
    """The objects of the array a file is, or of the first one in its object.

    `spot` counts items. After the last item it stands before the closing bracket,
    so that a file to which items were added is read on from there.
    """

    columns = None
    sign = ", item "

    def __init__(self, handle: BinaryIO, encoding: str, start: Spot) -> None:
        self._handle = handle
        self._encoding = encoding
        # Both handlers turn what they cannot read into lone surrogates and back,
        # so that the length in bytes is known and the damage is seen.
        wide = encoding.startswith("utf-16")
        self._errors = "surrogatepass" if wide else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)
        self._scan = json.JSONDecoder().raw_decode
        self._text = ""
        self._position = 0  # in the text: what is taken
        self._counted = 0  # in the text: where `spot` stands
        self._has_none = False
        self._at, self._item = start
        self._handle.seek(start.at)

    @property
    def spot(self) -> Spot:
        return Spot(self._at, self._item)

    def enter(self) -> None:
        """Go to the first item.

        Raises:
            Unreadable: there is no array of objects.
        """
        first = self._peek()
        if first == "{":
            self._find_array()
        elif not first:
            self._has_none = True
        elif first != "[":
            raise Unreadable("is not JSON; begin it with [ or {")
        self._position += 1
        self._count()

    def resume(self, spot: Spot) -> None:
        if spot.at <= self._at:
            return
        self._handle.seek(spot.at)
        self._decoder.reset()
        self._text = ""
        self._position = self._counted = 0
        self._at, self._item = spot

    def __iter__(self) -> Iterator[Row]:
        while True:
            start = self.spot
            self._skip(_BEFORE_ITEM)
            if self._has_none or self._text.startswith("]", self._position):
                return
            try:
                value = self._value()
            except (ValueError, RecursionError):
                yield self._rest(start)
                return
            self._item += 1
            raw = self._count()
            yield _row(start, self.spot, raw, value)

    def _rest(self, start: Spot) -> Row:
        """The last row of a file that breaks off: as far as there is a file."""
        ended = not self._more()
        self._at, self._item = self._handle.seek(0, 2), start.line + 1
        return Row(start, self.spot, {}, _BROKEN, ended)

    def _find_array(self) -> None:
        """Go to the first array of objects in an object; an empty one is none."""
        self._position += 1
        while True:
            try:
                self._skip(_BEFORE_ITEM)
                self._value()
                self._skip(_BLANK)
                self._position += 1  # the colon
                self._skip(_BLANK)
                if self._peek() == "[" and self._holds_objects():
                    self._has_none = False
                    return
                self._has_none = self._value() == [] or self._has_none
            except (ValueError, RecursionError):
                if self._has_none and self._peek() == "}":
                    return
                raise Unreadable(
                    "has no array of objects; write [{...}, {...}]"
                ) from None

    def _holds_objects(self) -> bool:
        while not (begin := _OPENING.match(self._text, self._position)):
            if not self._more():
                return False
        return begin[1] == "{"

    def _value(self) -> Any:
        """Take one JSON value, reading on while it is not whole.

        Raises:
            ValueError: it is broken, or breaks off.
        """
        while True:
            try:
                value, self._position = self._scan(self._text, self._position)
            except ValueError:
                if len(self._text) - self._position > _MOST or not self._more():
                    raise
            else:
                return value

    def _peek(self) -> str:
        self._skip(_BLANK)
        return self._text[self._position : self._position + 1]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        while True:
            found = pattern.match(self._text, self._position)
            end = found.end() if found else self._position
            if end < len(self._text) or not self._more():
                self._position = end
                return

    def _more(self) -> bool:
        raw = self._handle.read(_CHUNK)
        rest = self._text[self._counted :]
        self._text = rest + self._decoder.decode(raw)  # half a letter waits
        self._position -= self._counted
        self._counted = 0
        return bool(raw)

    def _count(self) -> str:
        """Move `spot` past what was taken; return that."""
        taken = self._text[self._counted : self._position]
        self._at += len(taken.encode(self._encoding, self._errors))
        self._counted = self._position
        return taken


def _row(start: Spot, end: Spot, raw: str, value: Any) -> Row:
    if _UNDECODED.search(raw):
        return Row(start, end, {}, "holds bytes that are no text; save it as UTF-8")
    if not isinstance(value, dict):
        return Row(start, end, {}, "is not an object; write {...}")
    return Row(start, end, value)
