"""Durations as people write them: 30s, 15m, 4h, 3d, 2w, or "1h 30m"."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])\s*", re.IGNORECASE)
_WHOLE = re.compile(rf"(?:{_PART.pattern})+", re.IGNORECASE)


def parse_duration(value: Any) -> timedelta:
    """Read "1h 30m" as a timedelta.

    Raises:
        ValueError: not a duration, or not longer than nothing.
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip()
    if not _WHOLE.fullmatch(text):
        raise ValueError(f'"{text}" is not a duration; write 30s, 15m, 4h, 3d or 2w')
    parts = {_UNITS[unit.lower()]: float(n) for n, unit in _PART.findall(text)}
    total = timedelta(**parts)
    if total <= timedelta(0):
        raise ValueError("a duration must be longer than nothing")
    return total


def format_duration(span: timedelta) -> str:
    """Write a timedelta the way people write it: "1h 30m"."""
    left = int(span.total_seconds())
    words = []
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        if count:
            words.append(f"{count}{unit}")
    return " ".join(words) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, when_used="json"),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\s*(\d+(\.\d+)?\s*[smhdwSMHDW]\s*)+$"}
    ),
]
