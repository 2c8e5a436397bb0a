"""What one cell means: a text, a time, a rating."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13})(\.\d+)?")
_SHOWABLE = re.compile(r"(?=.*\d)[\d:/.,+ TZ-]{1,32}", re.ASCII)
_OF = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:/|of|out of|von|sur|de)\s*(\d+)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(stars?|★|%)?", re.IGNORECASE)
_STARS = re.compile(r"([★⭐]+)(½?)\uFE0F?[☆✩]*")
_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M",  # a one-digit hour is not ISO 8601
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
    "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y",
    "%b %d, %Y %I:%M %p", "%B %d, %Y %I:%M %p",
    "%a %b %d %H:%M:%S %z %Y",  # X, version 1.1
    "%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z",
)  # fmt: skip
"""Ways to write a date that can be read in one way only; 05/06/2026 is not one."""
_HINTS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y",
    "%b %d %Y", "%B %d %Y", "%d-%b-%Y",
)  # fmt: skip
"""Ways that people have to choose from, to be named to them."""


def text_of(value: Any) -> str:
    """Return a cell as text, without blanks around it; nothing for nothing."""
    if value.__class__ is str:
        text: str = value.strip()
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        # JSON may hold half a letter, which no database takes.
        return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence):
        return joined(one for one in value if not isinstance(one, list))
    return str(value)


def joined(values: Iterable[Any]) -> str:
    return "\n".join(filter(None, map(text_of, values)))


def parse_time(text: str, date_format: str | None, zone: tzinfo) -> datetime:
    """Return a time in UTC; one that names no zone is in `zone`.

    Raises:
        ValueError: it cannot be read, or in more than one way.
    """
    try:
        found = _parse(text, date_format)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def _parse(text: str, date_format: str | None) -> datetime:
    if date_format is not None:
        return datetime.strptime(text, date_format)  # noqa: DTZ007
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        return datetime.fromtimestamp(seconds / (1000 if seconds > 1e11 else 1), UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _parse_words(text)


def _parse_words(text: str) -> datetime:
    for date_format in _FORMATS:
        try:
            return datetime.strptime(text, date_format)  # noqa: DTZ007
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except IndexError as error:  # its parser trips over some texts
        raise ValueError("not a date") from error


def fitting_formats(text: str) -> list[str]:
    """Return the formats, of those in frequent use, that would read `text`."""
    clock = ("", " %H:%M", " %H:%M:%S")[min(text.count(":"), 2)]
    if text[-1:] in "mM":  # 3:54 PM
        clock = clock.replace("%H", "%I") + " %p"
    return [day + clock for day in _HINTS if _fits(text, day + clock)]


def _fits(text: str, date_format: str) -> bool:
    try:
        datetime.strptime(text, date_format)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def shown(text: str) -> str:
    """Return a date or number to quote in a message; a stranger's words never."""
    if _SHOWABLE.fullmatch(text):
        return f'"{text}"'
    return f"a text of {len(text)} characters"


def parse_rating(text: str, scale: float) -> float | None:
    """Return a rating in stars, 1 to 5, or None where it is not clear.

    "4.5/5", "8 of 10", "80%" and "★★★★☆" bring their own scale.
    """
    if number := _NUMBER.fullmatch(text):
        unit = (number[2] or "").lower()
        own = {"": scale, "%": 100.0}.get(unit, 5.0)
        return _on_five(_float(number[1]), own)
    if of := _OF.fullmatch(text):
        return _on_five(_float(of[1]), _float(of[2]))
    if stars := _STARS.fullmatch(text):
        return _on_five(len(stars[1]) + (0.5 if stars[2] else 0), 5)
    return None


def _on_five(value: float, scale: float) -> float | None:
    if not scale or not 0 <= value <= scale:
        return None
    if value == 0 and scale == 5:  # five-star platforms write 0 for "not rated"
        return None
    return max(1.0, round(value * 5 / scale, 2))


def _float(text: str) -> float:
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else -1.0


def parse_count(text: str) -> int | None:
    """Return "1,204" as a number, None where it is none."""
    digits = text.replace(",", "").removesuffix(".0")
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None


def is_yes(text: str) -> bool:
    return text.casefold() in {"true", "yes", "y", "1"}
