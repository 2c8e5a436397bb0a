"""Plain values -> Config, and what pydantic says of them, placed and in words."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.config.document import Document
from monitor.config.faults import Fault, Path
from monitor.config.model import Config
from monitor.config.secrets import Filled
from monitor.config.shape import entry, inside, path_of
from monitor.config.wording import Seen, word


def validated(
    model: type[Config], document: Document, filled: Filled
) -> tuple[Config | None, list[Fault]]:
    """Return the configuration, or None and what its types say against it."""
    try:
        return model.model_validate(filled.data), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    faults: dict[Path, Fault] = {}
    for one in errors:
        path = _path(one, model, filled.data)
        if path in document.refused:
            continue
        message = _message(one, _seen(path, model, document, filled), filled)
        fault = document.fault(path, message, at_key=one["type"] == "extra_forbidden")
        faults.setdefault(path, fault)
    missing = dict(filled.missing)
    return None, [
        missing.get(path, fault)
        for path, fault in faults.items()
        if not _is_echo(path, faults.keys() | document.refused)
    ]


def _is_echo(path: Path, faults: Iterable[Path]) -> bool:
    """A list whose entries are at fault is then also called too short."""
    return any(len(at) > len(path) and at[: len(path)] == path for at in faults)


def _path(error: ErrorDetails, model: type[Config], data: Any) -> Path:
    path = path_of(error["loc"], model, data)
    if error["type"].startswith("union_tag"):
        return (*path, str(error.get("ctx", {})["discriminator"]).strip("'"))
    return path


def _message(error: ErrorDetails, seen: Seen, filled: Filled) -> str:
    message = word(error, seen)
    quotes = "error" in (error.get("ctx") or {})
    given = [value for values in filled.values.values() for value in values.values()]
    # A validator's own sentence may quote another setting, one not to be shown.
    if quotes and any(value.casefold() in message.casefold() for value in given):
        return "this does not fit the other settings"
    return message


def _seen(path: Path, model: type[Config], document: Document, filled: Filled) -> Seen:
    data, shape = filled.data, model
    parent, parent_shape = None, None
    for part in path:
        parent, parent_shape = data, shape
        data, shape = entry(data, part), inside(shape, part, data)
    return Seen(
        data=data,
        shape=shape,
        parent=parent,
        parent_shape=parent_shape,
        text=document.written.get(path),
        names=tuple(filled.values.get(path, ())),
    )
