"""pydantic's errors in words for whoever wrote the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from monitor.config.faults import did_you_mean, shown
from monitor.config.shape import (
    Shape,
    fields,
    inside,
    is_list,
    is_secret,
    model_for,
    models,
    types,
)

_WANTED = {
    "string": "text is wanted",
    "int": "a whole number is wanted",
    "float": "a number is wanted",
    "decimal": "a number is wanted",
    "bool": "true or false is wanted",
    "tuple": "a list is wanted",
    "list": "a list is wanted",
    "set": "a list is wanted",
    "dict": "settings are wanted, as name: value",
    "mapping": "settings are wanted, as name: value",
    "model": "settings are wanted, as name: value",
    "date": "a date is wanted, like 2026-12-25",
    "datetime": "a date and time is wanted, like 2026-12-25T09:00:00Z",
    "time": "a time is wanted, like 09:00",
    "url": "a web address is wanted, like https://acme.com/feed",
    "path": "the path of a file or folder is wanted",
}
_LIMITS = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "at least {min_length} must be listed",
    "too_long": "at most {max_length} may be listed",
    "string_pattern_mismatch": "must look like {pattern}",
}
_SEVERAL_FIT = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands at the place of an error.

    `text` is a scalar as it was written, None for anything else; `names` are the
    ${NAMES} in it, whose values must not be shown.
    """

    data: Any
    shape: Shape
    parent: Any
    parent_shape: Shape
    text: str | None = None
    names: tuple[str, ...] = ()

    @property
    def got(self) -> str:
        if self.names:
            return f"the value of {' and '.join(self.names)}"
        if is_secret(self.shape):
            return "something else"
        if isinstance(self.data, dict):
            return "settings"
        if isinstance(self.data, list):
            return "a list"
        return f'"{shown(self.text or "")}"'


def word(error: ErrorDetails, seen: Seen) -> str:
    """Return one sentence that says what is wrong and what would be right."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "extra_forbidden":
        return _unknown(str(error["loc"][-1]), seen)
    if kind == "missing":
        return "missing"
    if kind.startswith("union_tag"):
        return _tag(kind, context, seen)
    if kind in ("value_error", "assertion_error"):
        return _ours(str(context["error"]), seen)
    return _nothing(seen) if seen.data is None else _unfit(error, context, seen)


def _unknown(name: str, seen: Seen) -> str:
    model = model_for(seen.parent_shape, seen.parent)
    known = list(fields(model)) if model else []
    if hint := did_you_mean(name, known):
        return f"unknown setting{hint}"
    if 0 < len(known) <= _SEVERAL_FIT:
        return f"unknown setting; known here: {', '.join(known)}"
    return "unknown setting"


def _nothing(seen: Seen) -> str:
    if seen.text:
        text = shown(seen.text)
        return f'{text} means nothing in YAML; for the word, write "{text}" in quotes'
    if isinstance(seen.parent, list):
        return 'nothing is written after "-"; write a value or take the line out'
    return "nothing is written here; write a value or take the line out"


def _tag(kind: str, context: Mapping[str, Any], seen: Seen) -> str:
    choice = f"one of {', '.join(types(seen.parent_shape))}"
    if kind == "union_tag_not_found":
        return f"missing; {choice}"
    got = seen.got if seen.text else f'"{shown(str(context["tag"]))}"'
    return f"{got} is not a source type; {choice}"


def _choice(expected: str, seen: Seen) -> str:
    known = [one.strip(" '") for one in expected.replace(" or ", ", ").split(",")]
    hint = "" if seen.names else did_you_mean(seen.text or "", known)
    return f"{seen.got} is not one of {', '.join(known)}{hint.replace(',', ';')}"


def _ours(sentence: str, seen: Seen) -> str:
    # Our sentences quote what they were given: not where it came from outside.
    if seen.names:
        return f"{seen.got} does not fit here"
    return "this does not fit here" if is_secret(seen.shape) else sentence


def _unfit(error: ErrorDetails, context: Mapping[str, Any], seen: Seen) -> str:
    kind = error["type"]
    if kind in ("literal_error", "enum"):
        return _choice(str(context["expected"]), seen)
    if kind in _LIMITS:
        return _LIMITS[kind].format_map(context)
    if wanted := _WANTED.get(kind.partition("_")[0]):
        return _list(seen) if is_list(seen.shape) else _wrong_kind(wanted, seen)
    says = error["msg"].replace("Input should be", "must be")
    return _ours(f"{says[:1].lower()}{says[1:]}", seen)


def _wrong_kind(wanted: str, seen: Seen) -> str:
    if "settings" in wanted and ":" in (seen.text or "") and not seen.names:
        return f"{wanted}, with a space after the colon; got {seen.got}"
    return f"{wanted}, got {seen.got}"


def _list(seen: Seen) -> str:
    item = inside(seen.shape, 0, [])
    if seen.text is None or models(item):
        return 'a list is wanted; begin each entry with "- "'
    if is_secret(item):
        return "a list is wanted: [${NAME}]"
    return f"a list is wanted: [{shown(seen.text)}]"
