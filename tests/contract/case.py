"""What a connector's author hands to the contract suite: one `Case`.

A case is a fake of the platform's edge (a folder, a local HTTP server) and the
real connector over it. `tests/contract/cases.py` lists them; a new connector
adds one line there and its fake in `tests/fakes/`, nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from connectors import Connector, ConnectorError


@dataclass(frozen=True, slots=True)
class Written:
    """A post as a stranger wrote it on the fake platform.

    The suite knows a post again by `text`, which it makes unique; ids are the
    platform's own affair. Later posts have later times, in whole seconds.
    """

    text: str
    author: str
    posted_at: datetime


class FakePlatform(Protocol):
    """A platform under the suite's control, with the posts it holds.

    The fake keeps its own clock, if the connector wants one: what was published
    may be read at the next poll.
    """

    def connect(self, timeout: timedelta) -> Connector:
        """Return a new connector, as after a restart: it remembers nothing.

        It waits for answers as long as `timeout`, where it waits at all.
        """
        ...

    def publish(self, posts: Sequence[Written]) -> None:
        """Add posts, later than all before, as the platform shows new ones."""
        ...

    def cut(self, pages: int) -> None:
        """Break off every poll after this many pages (0: in the first), until mended.

        In the midst of a page: half a row, half an answer. A cut poll may return
        what it got whole, or raise Unavailable.
        """
        ...

    def fail(self, failure: str) -> None:
        """Fail each call in this way (a key of `Case.failures`), until mended."""
        ...

    def mend(self) -> None:
        """End `cut` and `fail`; nothing that was published is lost."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """One connector for the suite.

    `platform` takes the number of posts per page (where the platform pages) and
    yields an empty fake. `failures` names the ways this platform can fail and the
    error each must become ("401": Refused). The one named "timeout", where there is
    one, is silence. `secrets` are the values the connector was given that must never
    show.
    """

    name: str
    platform: Callable[[int], AbstractContextManager[FakePlatform]]
    failures: Mapping[str, type[ConnectorError]]
    secrets: Sequence[str] = ()
