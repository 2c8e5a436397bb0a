"""A watched folder: the platform of `connectors/file.py`, under the suite's control."""

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors import Connector, Refused, Unavailable
from connectors.file import FileConnector, FileSource
from tests.contract.case import Case, Written

# A file whose reading fails as a broken disk does: EIO (Linux).
BROKEN_DISK = Path("/proc/self/mem")
MINUTE = 60
HALF_A_ROW = 14


def csv_text(posts: Sequence[Written], delimiter: str = ",") -> str:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    rows.writerow(["author", "text", "date"])
    rows.writerows([p.author, p.text, p.posted_at.isoformat()] for p in posts)
    return out.getvalue()


def json_object(post: Written) -> str:
    told = {"author": post.author, "text": post.text}
    return json.dumps(told | {"date": post.posted_at.isoformat()})


def json_lines(posts: Sequence[Written]) -> str:
    return "".join(json_object(post) + "\n" for post in posts)


def json_array(posts: Sequence[Written]) -> str:
    return "[" + ",\n ".join(map(json_object, posts)) + "]\n"


class FakeFolder:
    """A folder where an export grows; each fourth delivery begins another file.

    Its clock moves a minute at each change, so that files rest when looked at.
    """

    def __init__(
        self,
        root: Path,
        suffix: str,
        write: Callable[[Sequence[Written]], str],
        encoding: str,
        page: int,
    ) -> None:
        self.clock = 1_800_000_000.0
        self._folder = root / "in"
        self._folder.mkdir()
        self._aside = root / "aside"
        self._suffix, self._write, self._encoding = suffix, write, encoding
        self._page = page
        self._deliveries: list[list[Written]] = []
        self._cut: Mapping[str, str] = {}

    def connect(self, timeout: timedelta) -> Connector:
        settings = FileSource(
            name="folder", type="file", path=str(self._folder), batch=self._page
        )
        return FileConnector(settings, now=lambda: self.clock)

    def publish(self, posts: Sequence[Written]) -> None:
        self._deliveries.append(list(posts))
        if not self._aside.exists():
            self._lay_out()

    def cut(self, pages: int) -> None:
        """Leave the last file half written: so many pages, then half a row."""
        self.mend()
        if not self._deliveries:
            return
        name, posts = list(self._files())[-1]
        whole = self._write(posts[: pages * self._page]).rstrip("]\n")
        more = self._write(posts[: pages * self._page + 1])
        if len(posts) > pages * self._page:
            self._cut = {name: more[: len(whole) + HALF_A_ROW]}
            self._lay_out()

    def fail(self, failure: str) -> None:
        self.mend()
        self._folder.rename(self._aside)
        if failure == "no folder":
            return
        self._folder.mkdir()
        (self._folder / f"broken{self._suffix}").symlink_to(BROKEN_DISK)

    def mend(self) -> None:
        self._cut = {}
        if self._aside.exists():
            if self._folder.exists():
                shutil.rmtree(self._folder)
            self._aside.rename(self._folder)
        self._lay_out()

    def _files(self) -> Iterator[tuple[str, list[Written]]]:
        for start in range(0, len(self._deliveries), 4):
            four = self._deliveries[start : start + 4]
            yield (
                f"{start:04}{self._suffix}",
                [post for posts in four for post in posts],
            )

    def _lay_out(self) -> None:
        for name, posts in self._files():
            self._put(name, self._cut.get(name) or self._write(posts))

    def _put(self, name: str, text: str) -> None:
        path = self._folder / name
        content = text.encode(self._encoding)
        if path.exists() and path.read_bytes() == content:
            return
        path.write_bytes(content)
        self.clock += MINUTE
        os.utime(path, (self.clock, self.clock))
        self.clock += MINUTE


def folder_case(
    name: str,
    suffix: str,
    write: Callable[[Sequence[Written]], str],
    encoding: str = "utf-8",
) -> Case:
    @contextmanager
    def platform(page: int) -> Iterator[FakeFolder]:
        with TemporaryDirectory() as root:
            yield FakeFolder(Path(root), suffix, write, encoding, page)

    failures = {"no folder": Refused}
    if BROKEN_DISK.exists():
        failures["broken disk"] = Unavailable
    return Case(name, platform, failures)
