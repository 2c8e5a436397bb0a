"""How log lines look: where an error struck, but not what it quotes."""

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

from monitor.rules.text import harmless

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)


class Discreet(logging.Formatter):
    """Leaves out the messages of exceptions: a library's may quote a post or a token.

    Their types and the lines of code stay. `in_full` is for --verbose.
    """

    def __init__(self, line: str, *, in_full: bool) -> None:
        super().__init__(line)
        self._in_full = in_full

    def format(self, record: logging.LogRecord) -> str:
        return harmless(super().format(record))

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging's name
        if self._in_full or ei[1] is None:
            return super().formatException(ei)
        frames = "".join(traceback.format_tb(ei[2]))
        return f"{frames}{type(ei[1]).__name__} (--verbose shows its message)"
