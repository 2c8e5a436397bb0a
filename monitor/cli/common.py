"""What every command shares: where the config is, how to speak, how to end."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.app import open_store, read_config
from monitor.config import Config, ConfigErrors, Loaded
from monitor.rules.text import escaped, harmless
from monitor.store import DatabaseError, Store
from monitor.store.database import explained


class Exit(IntEnum):
    """What the exit code of a command says."""

    FINE = 0
    NO = 1
    WRONG_CONFIG = 2
    UNREACHABLE = 3


ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config", "-c", help="The configuration to use.", show_default="config.yaml"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
PIPE_WIDTH = 140
"""Columns of tables that are written into a file or another program."""
DEFAULT_CONFIG = Path("config.yaml")


@dataclass(frozen=True, slots=True)
class Opened:
    """A configuration and its store, for one command."""

    loaded: Loaded
    store: Store

    @property
    def config(self) -> Config:
        return self.loaded.config


def out() -> Console:
    """Return the console for what was asked for; plain, and wide, where nobody looks.

    No markup: names and reasons come from people, and "[/x]" is no style of ours.
    """
    wide = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(width=wide, highlight=False, markup=False, emoji=False)


def say(console: Console, words: str | Text, style: str = "") -> None:
    """Print one line as it is, never broken; a stranger's words in it steer nothing."""
    line = Text(words, style=style) if isinstance(words, str) else words
    line.plain = harmless(line.plain)
    console.print(line, soft_wrap=True)


def err() -> Console:
    return Console(
        stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False
    )


def fail(message: str, code: Exit) -> NoReturn:
    """Say what is wrong, on stderr, and end."""
    say(err(), message, "red")
    raise typer.Exit(code)


def read(path: Path, *, needs_secrets: bool = False) -> Loaded:
    """Read the config, or say every fault in it and end."""
    try:
        return read_config(path, needs_secrets=needs_secrets)
    except ConfigErrors as e:
        fail(str(e), Exit.WRONG_CONFIG)


def known_brand(config: Config, name: str | None) -> None:
    """End where `name` is given and no configured brand bears it."""
    if name is not None and config.brand(name) is None:
        names = ", ".join(brand.name for brand in config.brands)
        fail(f'no brand is named "{name}"; there are: {names}', Exit.WRONG_CONFIG)


def known_source(here: Opened, name: str | None) -> None:
    """End where `name` is given and no source bears it: none that is configured, was
    once, or was imported."""
    if name is None:
        return
    configured = [source.name for source in here.config.sources]
    known = [*configured, *here.store.sources.unknown(configured)]
    if name not in known:
        names = ", ".join(known)
        fail(f'no source is named "{name}"; there are: {names}', Exit.WRONG_CONFIG)


@contextmanager
def opened(path: Path, *, needs_secrets: bool = False) -> Iterator[Opened]:
    """Give config and store, or say what is wrong with them and end."""
    loaded = read(path, needs_secrets=needs_secrets)
    with told(loaded.config):
        store = open_store(loaded.config)
        try:
            yield Opened(loaded, store)
        finally:
            store.close()


@contextmanager
def told(config: Config) -> Iterator[None]:
    """Turn a database that cannot be used into one line and an exit code."""
    try:
        with explained(config.database.url):
            yield
    except DatabaseError as e:
        fail(str(e), Exit.UNREACHABLE)


def print_json(value: Any) -> None:
    """Print JSON for a program: one document, nothing else on stdout.

    Exact, and yet it steers no terminal: what could is written as \\u009b.
    """
    text = json.dumps(value, ensure_ascii=not _is_unicode(), indent=2, default=_plain)
    sys.stdout.write(escaped(text) + "\n")


def _is_unicode() -> bool:
    return (sys.stdout.encoding or "utf-8").casefold().startswith("utf")


def table(title: str, columns: Sequence[str], numbers: Sequence[str] = ()) -> Table:
    """Return an empty table; columns in `numbers` are set right."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None)
    for name in columns:
        made.add_column(name, justify="right" if name in numbers else "left")
    return made


def moment(at: datetime | None, now: datetime) -> str:
    """Write a UTC time: "14:30:00" of today, else "05 Jan 14:30"; None is "never"."""
    if at is None:
        return "never"
    there, here = at.astimezone(UTC), now.astimezone(UTC)
    return (
        f"{there:%H:%M:%S}" if there.date() == here.date() else f"{there:%d %b %H:%M}"
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)
