"""What the fakes of review sites share: how they fail, and how they are cut."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.server import Reply


@dataclass(slots=True)
class Faults:
    """How a fake site answers while it is broken, by what the call does.

    `failures` are the answers by name. `drop_after_storing` and `drop_before_storing`
    close the connection of each write, after and before its effect.
    """

    failures: Mapping[str, Reply]
    failing: str | None = None
    pages_left: int | None = None
    drop_after_storing: bool = False
    drop_before_storing: bool = False

    def fail(self, failure: str) -> None:
        self.mend()
        self.failing = failure

    def cut(self, pages: int) -> None:
        """Answer so many pages whole, the next by half, and so on until mended."""
        self.mend()
        self.pages_left = pages

    def mend(self) -> None:
        self.failing = self.pages_left = None
        self.drop_after_storing = self.drop_before_storing = False

    def broken(self) -> Reply | None:
        return self.failures[self.failing] if self.failing else None

    def page(self, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        if self.pages_left is None:
            return Reply(body, headers=headers or {})
        if self.pages_left == 0:
            return Reply(body, headers=headers or {}, cut=len(body) // 2)
        self.pages_left -= 1
        return Reply(body, headers=headers or {})
