"""How far each file has been read: what the cursor of a file source holds."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple

from connectors._file.folder import Found
from connectors._file.lines import Spot

_MARKED = 4096
_VERSION = 1
_START = Spot(0, 1)


class Look(NamedTuple):
    """A file that is left for now: how it looks, since when, and left since when.

    Times are seconds since 1970.
    """

    size: int
    mtime_ns: int
    since: float
    left_since: float


@dataclass(frozen=True, slots=True)
class Place:
    """How far one file has been read, and its size and time as they were then.

    `next` is where the next row begins and `mark` a hash of what stands before
    it, so that a file that grew is told from one that was replaced. `done`: read
    to the end of what there was. `unfinished`: where a last row began that was
    read although its end was not certain; read again if the file grows. `told`: a
    fault of the whole file, said once.
    """

    next: Spot = _START
    mark: str = ""
    size: int = -1
    mtime_ns: int = -1
    done: bool = False
    encoding: str = ""
    unfinished: Spot | None = None
    waiting: Look | None = None
    told: str = ""

    def is_all_of(self, file: Found) -> bool:
        """Say whether there is nothing in the file that was not read."""
        return (
            self.done
            and not self.waiting
            and (self.size, self.mtime_ns) == (file.size, file.mtime_ns)
        )

    def left(self, file: Found, now: float) -> "Place":
        """Return this place, with the file left for the next poll."""
        since = left_since = now
        if self.waiting:
            left_since = self.waiting.left_since
            if (self.waiting.size, self.waiting.mtime_ns) == (file.size, file.mtime_ns):
                since = self.waiting.since
        return replace(self, waiting=Look(file.size, file.mtime_ns, since, left_since))


def at_rest(file: Found, place: Place, now: float, settle: float) -> bool:
    """Say whether nobody writes the file any more, as far as can be known."""
    look = place.waiting or Look(place.size, place.mtime_ns, now, now)
    if now - file.mtime >= settle:
        # A copy that keeps the old time grows under it.
        return look.mtime_ns != file.mtime_ns or look.size == file.size
    # Changed lately, or by a clock ahead of ours: then looking twice tells.
    same = (look.size, look.mtime_ns) == (file.size, file.mtime_ns)
    return same and now - look.since >= settle


def mark(handle: BinaryIO, at: int) -> str:
    """Return a hash of the beginning and of what stands just before `at`."""
    if not at:
        return ""
    handle.seek(0)
    head = handle.read(min(_MARKED, at))
    handle.seek(max(0, at - _MARKED))
    return hashlib.sha256(head + handle.read(min(_MARKED, at))).hexdigest()[:16]


def to_cursor(places: Mapping[str, Place], settings: str) -> dict[str, Any]:
    files = {name: _to_json(place) for name, place in places.items()}
    return {"version": _VERSION, "settings": settings, "files": files}


def from_cursor(cursor: Mapping[str, Any] | None, settings: str) -> dict[str, Place]:
    """Return the places, or none where the rows would now be read otherwise.

    So a file whose rows were set aside is read anew once the settings are mended.
    """
    if not cursor or cursor.get("version") != _VERSION:
        return {}
    if cursor.get("settings") != settings:
        return {}
    return {name: _from_json(told) for name, told in cursor["files"].items()}


def _to_json(place: Place) -> dict[str, Any]:
    """Only what differs from a new place: a cursor may hold thousands of files."""
    new = Place()
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name in Place.__slots__
        if (value := getattr(place, name)) != getattr(new, name)
    }


def _from_json(told: Mapping[str, Any]) -> Place:
    place = Place(**told)
    return replace(
        place,
        next=Spot(*place.next),
        unfinished=Spot(*place.unfinished) if place.unfinished else None,
        waiting=Look(*place.waiting) if place.waiting else None,
    )
