"""What one poll gathers from files, up to its limit."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from connectors._file.folder import Found
from connectors._file.places import Place, mark
from connectors._file.posts import BadRow, Mapper, Reading
from connectors._file.reader import Layout, beginning, open_rows
from connectors._file.rows import Row
from connectors.base import ConnectorError, Post, SetAside

MOST_BYTES = 32 << 20
"""A batch ends at the row that goes past this, whatever its limit of rows."""


@dataclass(slots=True)
class Load:
    """Posts, faults and counts of one poll; `failed` is a file that did not open."""

    limit: int
    layout: Layout
    reading: Reading
    posts: list[Post] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0
    more: bool = False
    failed: ConnectorError | None = None

    @property
    def full(self) -> bool:
        return self.rows >= self.limit or self.bytes >= MOST_BYTES

    def read(
        self, handle: BinaryIO, file: Found, place: Place, *, growing: bool
    ) -> Place:
        """Take the next rows of one file, or none; return how far that was.

        A growing file is read as far as its rows are certainly whole.

        Raises:
            Unreadable: the whole file is not what it should be.
            OSError: the disk did not answer.
        """
        posts, aside, rows = len(self.posts), len(self.set_aside), self.rows
        try:
            return self._read(handle, file, place, growing=growing)
        except OSError:
            # We come again to where we were: half of it now would hide the failure.
            del self.posts[posts:], self.set_aside[aside:]
            self.rows = rows
            raise

    def _read(
        self, handle: BinaryIO, file: Found, place: Place, *, growing: bool
    ) -> Place:
        start = beginning(handle, file, place, self.layout)
        rows = open_rows(handle, file, start, self.layout)
        received = datetime.fromtimestamp(file.mtime, UTC)
        mapper = Mapper(self.reading, rows.columns, received)
        unfinished, done = start.unfinished, False
        at = start.next
        for row in rows:
            if self.full or (growing and row.open):
                break
            self._take(row, mapper, f"{file.name}{rows.sign}{row.start.line}")
            at = row.end
            unfinished = unfinished or (row.start if row.open else None)
        else:
            at, done = rows.spot, not growing
        self.more = self.more or (self.full and not done)
        return Place(
            next=at,
            mark=mark(handle, at.at),
            size=file.size,
            mtime_ns=file.mtime_ns,
            done=done,
            encoding=start.encoding,
            unfinished=unfinished,
            waiting=place.waiting if growing else None,
        )

    def _take(self, row: Row, mapper: Mapper, where: str) -> None:
        self.rows += 1
        self.bytes += row.end.at - row.start.at
        try:
            self.posts.append(mapper.post(row))
        except BadRow as error:
            self.set_aside.append(SetAside(where, str(error)))
