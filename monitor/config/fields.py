"""The kinds of words that stand in config.yaml, each checked where it stands."""

import difflib
import re
from datetime import date, time
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_DATABASE = re.compile(r"sqlite:///.|sqlite://$|postgresql(\+psycopg)?://")


def _word(text: str) -> str:
    if not text.strip().strip("#@*"):
        raise ValueError("there is no word here to look for; write one or take it out")
    return text.strip()


def _handle(text: str) -> str:
    handle = re.sub(r"^(@|/?u/)", "", text.strip())
    if not handle:
        raise ValueError("there is no handle here; write one like @acme")
    return handle


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f'"{text}" is not a language tag; write one like en or pt-BR')
    first, _, rest = text.partition("-")
    return f"{first.lower()}-{rest}" if rest else first.lower()


def _holiday(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f'"{text}" is not a day; write one like 2026-12-25') from None


def _clock(value: object) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError(f'"{value}" is not a time of day; write one like 09:00')
    hour, _, minute = value.partition(":")
    return time(int(hour), int(minute))


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f'"{name}" is not a time zone; write one like {_near(name)}'
        ) from None
    return name


def _near(name: str) -> str:
    """Return the zone that was most likely meant: amsterdam is Europe/Amsterdam."""
    wanted = name.casefold().replace(" ", "_")
    zones = {zone.casefold(): zone for zone in sorted(available_timezones())}
    cities = {zone.rpartition("/")[2]: zone for zone in zones if "/" in zone}
    city = wanted.rpartition("/")[2]
    if near := difflib.get_close_matches(wanted, zones, n=1, cutoff=0.8):
        return zones[near[0]]
    if near := difflib.get_close_matches(city, cities, n=1, cutoff=0.8):
        return zones[cities[near[0]]]
    return "Europe/Paris"


def _database(url: str) -> str:
    # Never quoted back: it may hold a password.
    if not _DATABASE.match(url):
        raise ValueError(
            "a database is wanted, like sqlite:///file.db or postgresql://user@host/name"
        )
    if url == "sqlite://" or ":memory:" in url:
        raise ValueError(
            "a database in memory forgets everything; name a file: sqlite:///file.db"
        )
    return url


Word = Annotated[str, AfterValidator(_word)]
Handle = Annotated[str, AfterValidator(_handle)]
Platform = Annotated[str, Field(min_length=1), AfterValidator(str.lower)]
Language = Annotated[str, AfterValidator(_language)]
Holiday = Annotated[
    str, AfterValidator(_holiday), Field(json_schema_extra={"format": "date"})
]
Clock = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": rf"^{_CLOCK.pattern}$"}),
]
Zone = Annotated[str, AfterValidator(_zone)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
