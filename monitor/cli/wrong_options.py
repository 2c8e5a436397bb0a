"""What is wrong with the options of `everyreply import`, in the words of the options."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from connectors import FileSource
from connectors._file.columns import PostField
from monitor.config.faults import did_you_mean, shown
from monitor.config.wording import Seen, word

_LISTED = {"brands": "--brand Acme", "columns": "--column text=Review"}
"""Settings that --set cannot write, and the option that can."""
_NOT_SET = {"type", "name", "every", "path", "platform", "since", *_LISTED}
"""Settings that mean nothing to an import, or have an option of their own."""


def wrong_option(error: ValidationError, settings: Mapping[str, Any]) -> str:
    """Return one sentence that names the option at fault, and the remedy."""
    first = error.errors()[0]
    if not first["loc"]:  # the only rule over several settings
        return "--set header=false: name the columns by number, as in --column text=2"
    name = str(first["loc"][0])
    value = settings.get(name)
    if name in _LISTED and isinstance(value, str):
        return f"{_set(name, value)}: write it as in {_LISTED[name]}"
    if name == "columns":
        return _column(str(first["loc"][1]), settings["columns"])
    if name == "platform":
        return (
            f"--platform {shown(str(value))}: write it in small letters and digits, "
            "as in app_store"
        )
    return f"{_set(name, str(value))}: {_unfit(first, name, settings)}"


def _set(name: str, value: str) -> str:
    return f"--set {shown(name)}={shown(value)}"


def _column(field: str, columns: Mapping[str, str]) -> str:
    column = columns[field]
    ours = get_args(PostField)
    place = f"--column {shown(field)}={shown(column)}"
    if field in ours:  # nothing stands after the =
        return f"{place}: name a column of the file, as in {field}=Review"
    known = f'"{shown(field)}" is none of our fields ({", ".join(ours)})'
    if column in ours:
        return f"{place}: {known}; write ours first: {column}={shown(field)}"
    remedy = did_you_mean(field, ours) or "; write one of ours first, as in text=Review"
    return f"{place}: {known}{remedy}"


def _unfit(error: ErrorDetails, name: str, settings: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        known = [one for one in FileSource.model_fields if one not in _NOT_SET]
        remedy = did_you_mean(name, known) or f"; there are {', '.join(known)}"
        return f"unknown setting{remedy}"
    text = str(settings.get(name))
    shape = FileSource.model_fields[name].annotation
    return word(error, Seen(text, shape, dict(settings), FileSource, text))
