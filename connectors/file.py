"""Files: a watched folder, one file or a glob of CSV, TSV, JSON or JSON Lines.

For platforms without an API that lets us read (G2, Capterra, Tripadvisor), for
exports and for history. What surprises: a file may still be written when we look;
it may grow, or be replaced under the same name; the same export comes again under
another name. So a file is read once it rests, each is remembered by what it holds,
and ids are the same at each delivery: the `id` column, or a hash of author, time,
text and url. Without an id column, two rows alike in all four are one post.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from connectors._file.columns import PostField
from connectors._file.folder import Found, at, look, translated
from connectors._file.load import Load
from connectors._file.places import Place, at_rest, from_cursor, to_cursor
from connectors._file.posts import Reading
from connectors._file.preview import preview
from connectors._file.reader import Layout
from connectors._file.rows import Unreadable
from connectors._file.settings import Columns, Delimiter, Encoding, Zone
from connectors.base import (
    Batch,
    Connector,
    Context,
    Cursor,
    Kind,
    Refused,
    SetAside,
    SourceConfig,
    Terms,
)
from connectors.durations import Duration

PATIENCE = 600
"""Seconds after which a file that never rests is read as far as its rows are whole."""


class FileSource(SourceConfig):
    """A folder to watch, one file, or a glob."""

    type: Literal["file"]
    path: str = Field(
        min_length=1, description="A folder, one file, or a glob: in/*.csv, in/**/*."
    )
    platform: str = Field(
        default="file",
        pattern=r"^[a-z0-9][a-z0-9_.-]*$",
        description="Where the posts come from (g2, capterra). Ids must be unique "
        "within it: give each its own.",
    )
    format: Literal["auto", "csv", "tsv", "json", "jsonl"] = Field(
        default="auto", description="auto: by the file's extension."
    )
    columns: Mapping[PostField, Columns] = Field(
        default_factory=dict,
        description="Our field: their column, or a list of columns joined by line "
        "ends (text: [pros, cons]). Names, in JSON user.name for what is nested; "
        "numbers from 1 with header: false. Left out: by their usual names.",
    )
    header: bool = Field(
        default=True, description="false: the first row of CSV or TSV is data."
    )
    encoding: Encoding = Field(
        default="auto",
        description="auto: the file's mark, else UTF-8 or UTF-16, else cp1252.",
    )
    delimiter: Delimiter = Field(default="auto", description="auto: , ; | or tab.")
    date_format: str | None = Field(
        default=None,
        description='How dates are written, for Python\'s strptime: "%d/%m/%Y" for '
        '13/02/2026, "%b %d %Y" for Feb 13 2026. Left out: ISO 8601 or seconds since '
        "1970; also 2026/02/13, 13.02.2026, 13 Feb 2026, Feb 13, 2026, and as in mail.",
    )
    time_zone: Zone = Field(default="UTC", description="Zone of times that name none.")
    rating_scale: float = Field(
        default=5, gt=0, le=1000, description="The best rating; 8 of 10 is 4 stars."
    )
    kind: Kind = Field(
        default=Kind.REVIEW,
        description="What its posts are, where no column says it.",
    )
    settle: Duration = Field(
        default=timedelta(seconds=5),
        description="A file is read once nothing changed in it for this long.",
    )
    batch: int = Field(
        default=1000, ge=1, le=100_000, description="Rows read at a time."
    )

    @model_validator(mode="after")
    def _columns_by_number(self) -> "FileSource":
        if not self.header and not self.columns:
            raise ValueError(
                "header: false needs columns by number, as in columns: {text: 2}"
            )
        return self

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:  # noqa: ARG002
        """Return the connector; a file is read whole, whatever the terms."""
        return FileConnector(self)

    @property
    def layout(self) -> Layout:
        return Layout(self.format, self.encoding, self.delimiter, self.header)

    @property
    def reading(self) -> Reading:
        return Reading(
            platform=self.platform,
            columns=self.columns,
            kind=self.kind,
            rating_scale=self.rating_scale,
            date_format=self.date_format,
            zone=ZoneInfo(self.time_zone),
        )

    @property
    def fingerprint(self) -> str:
        """A hash of what decides how rows are read: if it changes, all are read anew.

        So that rows that were set aside come in once the settings are mended.
        """
        told = self.model_dump_json(
            exclude={"name", "every", "brands", "path", "settle", "batch"}
        )
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class FileConnector:
    """Reads what is new in files. `now` gives seconds since 1970."""

    def __init__(
        self, settings: FileSource, now: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._now = now

    def poll(self, cursor: Cursor | None) -> Batch:
        """Return the next rows of the files at rest, oldest file first.

        Within the batch posts are oldest first; a file that begins with its
        newest row is walked in its own order, batch by batch.

        Raises:
            Refused: the folder or file is not there, or not for us to read.
            Unavailable: the disk did not answer.
        """
        settings = self._settings
        known = from_cursor(cursor, settings.fingerprint)
        load = Load(settings.batch, settings.layout, settings.reading)
        places = {
            file.name: self._advance(file, known.get(file.name, Place()), load)
            for file in look(settings.path)
        }
        if load.failed and not load.rows:
            raise load.failed
        return Batch(
            posts=sorted(load.posts, key=lambda post: post.posted_at),
            cursor=to_cursor(places, settings.fingerprint),
            more=load.more,
            set_aside=load.set_aside,
        )

    def validate(self) -> str:
        """Return how many files there are, and how the newest one is understood.

        Raises:
            Refused: the path is not there, or the file does not fit the settings.
            Unavailable: the disk did not answer.
        """
        settings = self._settings
        files = look(settings.path)
        size = sum(file.size for file in files)
        found = f"{len(files)} files, {-(-size // 1024):,} KB"
        if not files:
            return f"{found} in {settings.path} so far"
        try:
            told = preview(files[-1], settings.layout, settings.reading)
        except Unreadable as error:
            raise Refused(f"{files[-1].path} {error}") from error
        except OSError as error:
            raise translated(error, str(files[-1].path)) from error
        return f"{found}; {told}"

    def _advance(self, file: Found, place: Place, load: Load) -> Place:
        """Read on in one file; return how far we came."""
        if place.is_all_of(file):
            return place
        now = self._now()
        rests = at_rest(file, place, now, self._settings.settle.total_seconds())
        waited = place.waiting and now - place.waiting.left_since > PATIENCE
        if not rests and not waited:
            return place.left(file, now)
        if load.full:
            load.more = True
            return place
        return self._read(file, place, load, growing=not rests)

    def _read(self, file: Found, place: Place, load: Load, *, growing: bool) -> Place:
        try:
            with file.path.open("rb") as handle:
                return load.read(handle, file, place, growing=growing)
        except Unreadable as error:
            load.set_aside.append(SetAside(file.name, str(error)))
            return Place(size=file.size, mtime_ns=file.mtime_ns, done=True)
        except FileNotFoundError:  # taken away since it was listed
            return place
        except OSError as error:
            return self._unopened(error, file, place, load)

    def _unopened(self, error: OSError, file: Found, place: Place, load: Load) -> Place:
        """A file among others that is not for us to read is said once, and tried on."""
        failed = translated(error, str(file.path))
        if isinstance(failed, Refused) and file.path != at(self._settings.path):
            if place.told != str(failed):
                load.set_aside.append(SetAside(file.name, str(failed)))
            return replace(place, told=str(failed))
        load.failed = load.failed or failed
        return place
