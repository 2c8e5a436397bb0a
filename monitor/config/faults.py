"""What is wrong with a config.yaml, and where: every fault at once."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The way to a setting: ("brands", 1, "keywords", 0)."""

_SHOWN = 60


class Place(NamedTuple):
    """Where in the file, counted from 1; line 0 is the file as a whole."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Its text is one line that names the place and the remedy."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class ConfigErrors(Exception):
    """Everything that is wrong with one file, in the order of its lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(
            sorted(faults, key=lambda fault: (fault.line, fault.column))
        )
        super().__init__("\n".join(map(str, self.faults)))


def as_text(path: Path) -> str:
    """Write a path the way people point: brands[1].keywords[0]."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int):
            words.append(f"[{part}]")
        elif part.replace("_", "").replace("-", "").isalnum():
            words.append(f".{shown(part)}" if words else shown(part))
        else:
            words.append(f'["{shown(part)}"]')
    return "".join(words)


def one_line(text: str) -> str:
    """Return `text` with single spaces, and nothing that a terminal would act on."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else "\ufffd" for char in line)


def shown(text: str) -> str:
    """Return `text` short enough to be quoted in a message."""
    line = one_line(text)
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return `, did you mean "keywords"?`, or nothing where no known word is near."""
    plain = {name.casefold().replace("-", "_"): name for name in reversed(known)}
    wanted = word.casefold().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(wanted, plain, n=1)
    return f', did you mean "{plain[near[0]]}"?' if near else ""
