"""Progress of long work: a live line on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from monitor.cli.common import err
from monitor.store import Recorded

PLAIN_EVERY = 10_000
"""Posts between two lines where nobody watches."""


@contextmanager
def progress(what: str) -> Iterator[Callable[[Recorded], None]]:
    """Give a function that tells how far we are, on stderr."""
    console = err()
    if not console.is_terminal:
        yield _Plain(what, console.print).tell
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as live:
        task = live.add_task(what)
        yield lambda total: live.update(task, description=_words(what, total))


class _Plain:
    def __init__(self, what: str, say: Callable[[Text], None]) -> None:
        self._what, self._say, self._next = what, say, PLAIN_EVERY

    def tell(self, total: Recorded) -> None:
        if total.seen >= self._next:
            self._next = total.seen + PLAIN_EVERY
            self._say(Text(_words(self._what, total)))


def _words(what: str, total: Recorded) -> str:
    return f"{what}: {total.seen:,} posts, {total.mentions:,} mentions"
