"""Connectors with time to spare, except for answers that never come.

A loaded machine answers late, which must not look like a platform that fails; and a
platform that is told not to answer need not be waited for.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from connectors import Batch, Connector, Validator
from connectors.base import Cursor
from tests.contract.case import Case, FakePlatform, Written

AMPLE = timedelta(seconds=20)
BRIEF = timedelta(seconds=0.25)
SILENCE = "timeout"  # the failure of this name, in every case


@contextmanager
def unhurried(case: Case, page: int) -> Iterator["Unhurried"]:
    """The case's platform, empty."""
    with case.platform(page) as platform:
        yield Unhurried(platform)


class Unhurried:
    """A case's platform as the suite drives it. `silent` while it does not answer."""

    def __init__(self, platform: FakePlatform) -> None:
        self._platform = platform
        self.silent = False

    def connect(self) -> Connector:
        """Return a new connector, as after a restart: it remembers nothing."""
        ample, brief = self._platform.connect(AMPLE), self._platform.connect(BRIEF)
        kind = _PatientValidator if isinstance(ample, Validator) else _Patient
        return kind(self, ample, brief)

    def publish(self, posts: Sequence[Written]) -> None:
        self._platform.publish(posts)

    def cut(self, pages: int) -> None:
        self.silent = False
        self._platform.cut(pages)

    def fail(self, failure: str) -> None:
        self.silent = failure == SILENCE
        self._platform.fail(failure)

    def mend(self) -> None:
        self.silent = False
        self._platform.mend()


@dataclass(frozen=True, slots=True, repr=False)
class _Patient:
    """One connector, twice: they differ only in how long they wait."""

    platform: Unhurried
    ample: Connector
    brief: Connector

    def __repr__(self) -> str:
        return repr(self.one)

    @property
    def one(self) -> Connector:
        return self.brief if self.platform.silent else self.ample

    def poll(self, cursor: Cursor | None) -> Batch:
        return self.one.poll(cursor)


class _PatientValidator(_Patient):
    def validate(self) -> str:
        assert isinstance(self.one, Validator)
        return self.one.validate()
