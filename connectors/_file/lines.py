"""Physical lines of a file, and the byte where each begins."""

from typing import BinaryIO, NamedTuple

LIMIT = 1 << 20
"""Bytes in one line, characters in one field. More is no review but a fault."""


class Spot(NamedTuple):
    """A place between two rows: byte offset, and the number the next row has.

    Rows are numbered by the line they begin in, from 1; in a JSON array by item.
    """

    at: int
    line: int


class Lines:
    """Decoded lines from a spot on, one at a time, without reading ahead.

    So `spot` is always the exact place after the last line taken, which is what
    lets a CSV with many-line fields be resumed by seeking. `fault` says what is
    wrong with the lines taken since `begin`, of which `first` and `last` are kept,
    `open` whether the last one has no line
    end, `ended` whether one more was asked for than there is.
    """

    def __init__(self, handle: BinaryIO, encoding: str, start: Spot) -> None:
        self._handle = handle
        self._encoding = encoding
        self._wide_end = {"utf-16-le": b"\n\0", "utf-16-be": b"\0\n"}.get(encoding)
        self.seek(start)

    @property
    def spot(self) -> Spot:
        return Spot(self._at, self._line)

    def seek(self, spot: Spot) -> None:
        self._handle.seek(spot.at)
        self._at, self._line = spot
        self.begin()

    def begin(self) -> Spot:
        """Forget the flags of the row before; return where the next one starts."""
        self.fault = ""
        self.first = self.last = ""
        self.open = self.ended = False
        return Spot(self._at, self._line)

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        raw = self._piece()
        if not raw:
            self.ended = True
            raise StopIteration
        self._line += 1
        if self.open and len(raw) >= LIMIT:
            self.fault = f"is longer than {LIMIT:,} bytes; break or shorten it"
            while self.open:
                if not self._piece():
                    break
            return "\n"
        self.last = self._decode(raw)
        self.first = self.first or self.last
        return self.last

    def _decode(self, raw: bytes) -> str:
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError:
            self.fault = (
                f"is not {self._encoding}; save the file as UTF-8, or set encoding"
            )
            return raw.decode(self._encoding, "replace")

    def _piece(self) -> bytes:
        """Read to the line end, but no more than about LIMIT bytes."""
        if self._wide_end is None:
            raw = self._handle.readline(LIMIT)
            self.open = not raw.endswith(b"\n")
        else:
            raw = self._wide_piece(self._wide_end)
            self.open = not raw.endswith(self._wide_end)
        self._at += len(raw)
        return raw

    def _wide_piece(self, end: bytes) -> bytes:
        """Read to the line end of UTF-16, whose letters may hold the byte of one."""
        raw = b""
        while piece := self._handle.readline(LIMIT):
            raw += piece
            if len(raw) % 2:
                raw += self._handle.read(1)
            if raw.endswith(end) or len(raw) >= LIMIT:
                break
        return raw
