"""Types of single settings, with what people write turned into what we need."""

from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from connectors._file.encoding import known


def _names(value: Any) -> Any:
    listed = value if isinstance(value, list | tuple) else [value]
    return tuple(str(one) if isinstance(one, int) else one for one in listed)


def _encoding(value: str) -> str:
    return value if value == "auto" else known(value)


def _delimiter(value: str) -> str:
    value = {"tab": "\t", "\\t": "\t"}.get(value, value)
    if value != "auto" and (len(value) != 1 or value in '"\r\n'):
        raise ValueError('delimiter is one character, "tab" or "auto"')
    return value


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'"{name}" is not a time zone; write one like Europe/Paris')
    return name


Columns = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    Field(min_length=1),
    BeforeValidator(_names, json_schema_input_type=str | int | list[str | int]),
]
"""One column or a list, by name or by number."""

Encoding = Annotated[str, AfterValidator(_encoding)]
Delimiter = Annotated[str, AfterValidator(_delimiter)]
Zone = Annotated[str, AfterValidator(_zone)]
