"""In which encoding a file is written, when nobody says."""

import codecs
import sys
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

ASCII = "ascii"
UTF_8 = "utf-8"
FALLBACK = "cp1252"

_BOMS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4096
_LINE = 1 << 16
_INNER_BYTES = bytes(range(0x80, 0xC0))  # of a UTF-8 letter, after its first


def byte_order_mark(handle: BinaryIO) -> tuple[int, str]:
    """Return the length of the mark a file begins with and the encoding it names."""
    handle.seek(0)
    head = handle.read(3)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return len(mark), encoding
    return 0, ""


def known(encoding: str) -> str:
    """Return Python's name for an encoding in which lines can be told apart.

    Raises:
        ValueError: not an encoding, or one whose lines we cannot find.
    """
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise ValueError(
            f'"{encoding}" is not an encoding; write auto, utf-8, utf-16 or cp1252'
        ) from None
    if not name.startswith("utf-16") and _encoded_line_end(name) != b"\n":
        raise ValueError(f'"{encoding}" cannot be read; save the file as UTF-8')
    # The mark is taken off by us, and says which UTF-16 it is.
    return {"utf-16": "utf-16-le", "utf-8-sig": UTF_8}.get(name, name)


def _encoded_line_end(name: str) -> bytes:
    try:
        return "\n".encode(name)
    except (LookupError, UnicodeError):  # base64 and others that are no text
        return b""


def detect(handle: BinaryIO, start: int = 0, most: int = sys.maxsize) -> str:
    """Return the encoding of a file without a mark, from `start` to its end.

    The whole of it, line by line, because the first accent may stand in the last
    row; and by majority, because one damaged row makes no other encoding. `ascii`
    says that nothing yet tells. `most`: stop after about so many bytes.
    """
    handle.seek(start)
    head = handle.read(_HEAD)
    if len(head) > 1 and head[1::2].count(0) * 3 > len(head):
        return "utf-16-le"
    if len(head) > 1 and head[0::2].count(0) * 3 > len(head):
        return "utf-16-be"
    handle.seek(start)
    votes = Counter(_votes(handle, most))
    if votes[True] or votes[False]:
        return UTF_8 if votes[True] >= votes[False] else FALLBACK
    return FALLBACK if votes[None] else ASCII


def _votes(handle: BinaryIO, most: int) -> Iterator[bool | None]:
    """For each line with other letters: UTF-8, or not, or cut inside a letter."""
    whole = True
    while (line := handle.readline(_LINE)) and most > 0:
        most -= len(line)
        if not whole:  # we stand in the midst of a line, maybe of a letter
            line = line.lstrip(_INNER_BYTES)
        whole = line.endswith(b"\n")
        if not line.isascii():
            yield _is_utf8(line, whole=whole)


def _is_utf8(line: bytes, *, whole: bool) -> bool | None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        cut = not whole and error.end == len(line) and error.start > len(line) - 4
        if not cut:
            return False
        return None if line[: error.start].isascii() else True
    return True
