"""${NAME} in config.yaml -> the value that NAME has in the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.config.document import Document
from monitor.config.faults import Fault, Path
from monitor.config.shape import Shape, inside, is_secret

NAME = r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"
# "$${" stands for a plain "${"; a "${" that starts no name is a slip.
_MARK = re.compile(rf"\$\$\{{|{NAME}|\$\{{")


@dataclass(slots=True)
class Filled:
    """A document with its names filled in.

    `values` holds what came from the environment, by path and ${NAME}: never to be
    shown.
    `missing` has a fault for each name that is not set; there `data` keeps the
    ${NAME} as it was written.
    """

    data: Any = field(default=None, repr=False)
    values: dict[Path, dict[str, str]] = field(default_factory=dict, repr=False)
    missing: list[tuple[Path, Fault]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def fill(document: Document, shape: Shape, env: Mapping[str, str]) -> Filled:
    """Fill every ${NAME} from `env`; refuse secrets that stand in the file itself."""
    filled = Filled()
    filled.data = _Filler(document, env, filled).value(document.data, shape, ())
    return filled


@dataclass(frozen=True, slots=True)
class _Filler:
    document: Document
    env: Mapping[str, str] = field(repr=False)
    filled: Filled

    def value(self, data: Any, shape: Shape, path: Path) -> Any:
        if isinstance(data, dict):
            return {
                key: self.value(entry, inside(shape, key, data), (*path, key))
                for key, entry in data.items()
            }
        if isinstance(data, list):
            return [
                self.value(entry, inside(shape, i, data), (*path, i))
                for i, entry in enumerate(data)
            ]
        if data is None:
            return None
        if is_secret(shape) and not re.fullmatch(NAME, data):
            self._refuse_clear(path)
            return data
        return self._text(data, path) if "${" in data else data

    def _refuse_clear(self, path: Path) -> None:
        self.filled.faults.append(
            self.document.fault(
                path,
                "a secret does not belong in the file; write it as ${NAME} and set "
                "NAME in the environment",
            )
        )

    def _text(self, text: str, path: Path) -> str:
        def put(mark: re.Match[str]) -> str:
            if mark[0] == "$${":
                return "${"
            if mark[0] == "${":
                slip = 'a name and "}" must follow "${"; for a plain "${" write "$${"'
                self.filled.faults.append(self.document.fault(path, slip))
                return mark[0]
            return self._named(mark[0], path)

        return _MARK.sub(put, text)

    def _named(self, mark: str, path: Path) -> str:
        name = mark[2:-1]
        if value := self.env.get(name):
            self.filled.values.setdefault(path, {})[mark] = value
            return value
        how = "empty" if name in self.env else "not set"
        fault = self.document.fault(path, f"{name} is {how} in the environment")
        self.filled.missing.append((path, fault))
        return mark
