"""What a server said: the answer, how long it asks us to wait, its own words."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from connectors._html import clean
from connectors.base import Unavailable

LONGEST_WAIT = timedelta(days=1)
_RESET_HEADERS = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")
_EPOCH_FROM = 1_000_000_000  # smaller numbers are seconds left, larger a unix time
_SAID_LENGTH = 200
_LOOKED_AT = 2000
_TAG = re.compile(r"<[^<>]*>")
_QUERY = re.compile(r"(https?://[^\s?#]*)[?#]\S+")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read whole. `headers` are blind to case.

    `moved` says that every redirect on the way here was for good. Address, headers
    and body stay out of `repr`: each may hold a secret.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str = field(repr=False)
    host: str
    writes: bool = False
    moved: bool = False

    def json(self) -> Any:
        """Return the body, read as JSON.

        Raises:
            Unavailable: it is something else (a proxy's web page, half a body).
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unavailable(
                f"{self.host} answered something that is not JSON", unclear=self.writes
            ) from None


def is_busy(answer: Answer) -> bool:
    """Tell whether the same call may work later, by status alone."""
    return answer.status in {408, 425, 429} or answer.status >= 500


def wait_asked_for(answer: Answer, now: datetime) -> timedelta | None:
    """Return how long the server asks us to wait, at most a day.

    Reads Retry-After (RFC 9110 section 10.2.3: seconds or a date), then the rate
    limit headers of X (unix time), Reddit (seconds left) and Mastodon (ISO time).
    """
    for name in ("retry-after", *_RESET_HEADERS):
        if (wait := _wait(answer.headers.get(name, ""), now)) is not None:
            return min(max(wait, timedelta(0)), LONGEST_WAIT)
    return None


def _wait(value: str, now: datetime) -> timedelta | None:
    try:
        number = float(value)
    except ValueError:
        at = _moment(value)
        return at - now if at else None
    if number >= _EPOCH_FROM:
        number -= now.timestamp()
    # Not timedelta(seconds=number): a server may say 1e300, or nan.
    return timedelta(seconds=number) if abs(number) < 1e9 else LONGEST_WAIT


def _moment(value: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(value)
        except (ValueError, TypeError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def what_it_says(answer: Answer, secrets: Iterable[str]) -> str:
    """Return the server's own words about an error, short and without secrets.

    Servers like to repeat what they were sent ("Cannot GET /feeds/SECRET"), so
    each of `secrets` is masked, and so is the query of every address.
    """
    said = _from_json(answer.body) or _from_text(answer)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        said = said.replace(secret, "***")
    said = _TAG.sub(" ", said[:_LOOKED_AT])
    said = " ".join(clean(_QUERY.sub(r"\1?***", said)).split())
    return said if len(said) <= _SAID_LENGTH else said[: _SAID_LENGTH - 1] + "…"


def _from_text(answer: Answer) -> str:
    text = answer.body.decode("utf-8", "replace")
    if "html" in answer.headers.get("content-type", ""):
        _, found, title = text.partition("<title>")
        text = title.partition("</title>")[0] if found else ""
    return text


def _from_json(body: bytes) -> str:
    """Find the message in the error shapes in use: Google, OAuth, JSON:API, ..."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for _ in range(3):
        if isinstance(told, list):
            told = told[0] if told else ""
        if isinstance(told, str):
            return told
        if not isinstance(told, dict):
            return ""
        names = ("error_description", "detail", "message", "errors", "error", "title")
        told = next((told[name] for name in names if told.get(name)), "")
    return told if isinstance(told, str) else ""
