"""config.yaml -> Config, or every fault in it at once.

The only module that reads the environment.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from monitor.config.checks import cross_faults
from monitor.config.document import parse
from monitor.config.faults import ConfigErrors, Fault
from monitor.config.model import Config
from monitor.config.paths import anchored
from monitor.config.secrets import fill
from monitor.config.validate import validated

MissingSecrets: TypeAlias = Literal["fault", "keep"]
CheckText: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that holds, and what is known of how it was read.

    `missing` has one fault for each ${NAME} that is not set, where the caller asked
    to keep them; such a setting holds the text "${NAME}" itself. `fingerprint` is
    that of the very bytes that were read.
    """

    config: Config = field(repr=False)
    folder: Path
    missing: tuple[Fault, ...] = ()
    fingerprint: str = ""


def load(
    path: Path,
    env: Mapping[str, str] | None = None,
    *,
    missing_secrets: MissingSecrets = "fault",
    check_query: CheckText | None = None,
    check_word: CheckText | None = None,
) -> Loaded:
    """Read the file at `path`; what it says of files is relative to its folder.

    `env` is the environment unless given. `missing_secrets="keep"` is for commands
    that reach nobody (match, status, audit). `check_query` and `check_word` raise
    ValueError for a boolean query or a keyword that cannot be read; they are given
    because rules stand above config.

    Raises:
        ConfigErrors: every fault, with its line and column.
    """
    content = _content(path)
    loaded = read(
        _decoded(content, path),
        str(path),
        os.environ if env is None else env,
        missing_secrets=missing_secrets,
        check_query=check_query,
        check_word=check_word,
    )
    return Loaded(
        config=anchored(loaded.config, path.parent),
        folder=path.parent,
        missing=loaded.missing,
        fingerprint=_hash(content),
    )


def read(  # noqa: PLR0913 - tests bring models of their own
    text: str,
    name: str,
    env: Mapping[str, str],
    *,
    missing_secrets: MissingSecrets = "fault",
    check_query: CheckText | None = None,
    check_word: CheckText | None = None,
    model: type[Config] = Config,
) -> Loaded:
    """Read a configuration from `text`; faults call the file `name`.

    Raises:
        ConfigErrors: every fault, with its line and column.
    """
    document = parse(text.removeprefix("\ufeff"), name)
    filled = fill(document, model, env)
    config, type_faults = validated(model, document, filled)
    faults = document.faults + filled.faults + type_faults
    faults += cross_faults(document, filled.data, check_query, check_word)
    missing = tuple(fault for _, fault in filled.missing)
    if missing_secrets == "fault":
        faults += missing
    if faults or config is None:
        raise ConfigErrors(dict.fromkeys(faults))
    return Loaded(config, Path(), missing, _hash(text.encode()))


def fingerprint(path: Path) -> str:
    """Return a text that changes when the file does; empty where it is not there."""
    try:
        return _hash(path.read_bytes())
    except OSError:
        return ""


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        reason = (
            f"no {path.name} here; start from the one that comes with Everyreply, or "
            "name yours with --config"
        )
    except IsADirectoryError:
        reason = "this is a folder; name the file in it with --config"
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    raise ConfigErrors([Fault(str(path), 0, 0, "", reason)])


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    wrong = "the file is not UTF-8 from here on; save it as UTF-8"
    raise ConfigErrors([Fault(str(path), line, column, "", wrong)])
