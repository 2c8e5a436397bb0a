"""Which files there are, and which of them have come to rest."""

import errno
import glob
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.base import ConnectorError, Refused, Unavailable

FORMATS = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", "~")
_A_PERSON_MUST_ACT = {
    errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ELOOP,
    errno.ENAMETOOLONG, errno.EISDIR,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it lies there. `name` is its path from the watched folder."""

    name: str
    path: Path
    size: int
    mtime_ns: int

    @property
    def mtime(self) -> float:
        return self.mtime_ns / 1e9


def at(path: str) -> Path:
    """Return the path that is meant; a ~ of nobody's stays as it is written."""
    # Not Path.expanduser: that raises where there is no such home.
    return Path(os.path.expanduser(path))  # noqa: PTH111


def look(path: str) -> list[Found]:
    """Return the files of a folder, of a glob, or the one file; oldest first.

    Raises:
        Refused: it is not there, or not for us to read.
        Unavailable: the disk did not answer.
    """
    place = at(path)
    try:
        found = list(_stat_all(place))
    except OSError as error:
        raise translated(error, str(place)) from error
    return sorted(found, key=lambda file: (file.mtime_ns, file.name))


def _stat_all(place: Path) -> Iterator[Found]:
    if glob.has_magic(str(place)) and not place.exists():
        base = _before_magic(place)
        base.stat()
        paths = list(base.glob(str(place.relative_to(base))))
    elif stat.S_ISDIR(place.stat().st_mode):
        base, paths = place, list(place.iterdir())
    else:
        base, paths = place.parent, [place]
    for path in paths:
        unfinished = path != place and _unfinished(path.name)
        if not unfinished and (found := _found(path, base)):
            yield found


def _found(path: Path, base: Path) -> Found | None:
    name = _told(path, base)
    try:
        told = path.stat()
    except FileNotFoundError:  # taken away since it was listed
        return None
    except OSError:
        return Found(name, path, 0, 0)  # opening it will tell what is wrong
    if not stat.S_ISREG(told.st_mode):
        return None
    return Found(name, path, told.st_size, told.st_mtime_ns)


def _told(path: Path, base: Path) -> str:
    """Return a name that any database can keep, also where it is no UTF-8."""
    return os.fsencode(path.relative_to(base)).decode("utf-8", "backslashreplace")


def _before_magic(place: Path) -> Path:
    base = place
    while glob.has_magic(str(base)):
        base = base.parent
    return base


def _unfinished(name: str) -> bool:
    """Hidden files, lock files of office programs, downloads under way."""
    return name.startswith((".", "~$")) or name.endswith(_UNFINISHED)


def translated(error: OSError, name: str) -> ConnectorError:
    """Return the error of ours that says what must happen now."""
    why = (error.strerror or "cannot be read").lower()
    if error.errno in _A_PERSON_MUST_ACT:
        return Refused(
            f"{name}: {why}; create it, let this user read it, or correct path"
        )
    return Unavailable(f"{name}: {why}")
