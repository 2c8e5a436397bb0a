"""How a file would be read: for a person who checks the settings."""

from datetime import UTC, datetime
from itertools import islice

from connectors._file.encoding import FALLBACK, byte_order_mark, detect
from connectors._file.folder import Found
from connectors._file.lines import Spot
from connectors._file.places import Place
from connectors._file.posts import BadRow, Mapper, Reading
from connectors._file.reader import Layout, open_rows
from connectors._file.rows import Row, Rows, Unreadable
from connectors.base import Post

_ROWS = 100
_BYTES = 1 << 20
_GUESSES = {FALLBACK: f" (not UTF-8: read as {FALLBACK}, or set encoding)"}


def preview(file: Found, layout: Layout, reading: Reading) -> str:
    """Return one line: the columns of a file and how its first good row reads.

    Raises:
        Unreadable: none of its first hundred rows does.
        OSError: the disk did not answer.
    """
    with file.path.open("rb") as handle:
        at, encoding = byte_order_mark(handle)
        if not encoding:
            encoding = layout.encoding
        if encoding == "auto":
            encoding = detect(handle, at, _BYTES)
        place = Place(next=Spot(at, 1), encoding=encoding)
        rows = open_rows(handle, file, place, layout)
        mapper = Mapper(reading, rows.columns, datetime.fromtimestamp(file.mtime, UTC))
        return f"{file.name}{_GUESSES.get(encoding, '')} {_first_good(rows, mapper)}"


def _first_good(rows: Rows, mapper: Mapper) -> str:
    faults = []
    for row in islice(rows, _ROWS):
        try:
            post = mapper.post(row)
        except BadRow as error:
            faults.append(f"row {row.start.line} {error}")
        else:
            return f"{_columns(mapper, row)}; first row reads as {_shown(post)}"
    if faults:
        raise Unreadable(f"has no row that can be read: {faults[0]}")
    return "has no rows yet"


def _columns(mapper: Mapper, row: Row) -> str:
    plan = mapper.plan_for(row.values)
    told = (f"{field}={'+'.join(names)}" for field, names in plan.items() if names)
    return "columns: " + ", ".join(told)


def _shown(post: Post) -> str:
    parts = [
        post.author.handle or "no author",
        f"{post.posted_at:%Y-%m-%d %H:%M} UTC",
        "no rating" if post.rating is None else f"{post.rating:g} stars",
        f"{len(post.text)} characters",
    ]
    return ", ".join(" ".join(part.split())[:40] for part in parts)
