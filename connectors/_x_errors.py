"""What X answers when it does not do what we asked -> our three errors.

Problem types: https://docs.x.com/x-api/fundamentals/response-codes-and-errors. One
status means several things: 429 is a rate limit or the month's cap; 403 a missing
permission, a duplicate, a spam block or the reply rule of 2026.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.base import ConnectorError, Gone, Refused, Unavailable
from connectors.http import Answer, wait_asked_for

RULE = (
    "X lets an app reply only where the author mentioned the replying account or "
    "quoted one of its posts (rule of 2026-02-23)"
)
PORTAL = "https://console.x.com"
CREDIT_WAIT = timedelta(hours=1)
LONGEST_SAID = 200

_REPLY_RULE = re.compile(
    r"you are mentioned or are the author|not been mentioned|otherwise engaged"
    r"|only reply to|reply to this conversation is not allowed",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(r"restricted who can reply", re.IGNORECASE)
_NO_TARGET = re.compile(r"deleted or not visible|does not exist", re.IGNORECASE)
_DUPLICATE = re.compile(r"duplicate", re.IGNORECASE)
_SPAM = re.compile(r"automated|spam|malicious", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call, for its errors: what it was for, and with which credential."""

    what: str
    credential: str
    writes: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)


class Outdated(Refused):
    """X no longer takes a page token or a `since_id`: the walk begins anew."""


def problem(answer: Answer) -> Mapping[str, Any]:
    """Return the error as X describes it, its first one where there are several."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    errors = told.get("errors")
    inner = errors[0] if isinstance(errors, list) and errors else None
    return {**told, **(inner if isinstance(inner, dict) else {})}


def error_of(
    answer: Answer, asked: Asked, now: datetime, cap_resets: datetime
) -> ConnectorError:
    """Return what to raise for an answer that is not a 2xx.

    `cap_resets` is when the month's cap is lifted.
    """
    told = problem(answer)
    kind = str(told.get("type") or "").rpartition("/")[2]
    said = f"X answered {answer.status} ({asked.what})"
    if words := _words(told, asked):
        said += f": {words}"
    if answer.status == 402:
        return Unavailable(
            f"{said}; X credits are used up: add some at {PORTAL}",
            retry_after=CREDIT_WAIT,
            tell=True,
        )
    if kind == "usage-capped":
        return _capped(said, told, now, cap_resets)
    if answer.status in {408, 425, 429} or answer.status >= 500:
        unclear = asked.writes and answer.status not in {425, 429}
        return Unavailable(said, retry_after=_wait(answer, now), unclear=unclear)
    if 300 <= answer.status < 400:
        return Refused(f"{said}: it redirects; correct `api_base`")
    if asked.writes:
        return _not_written(answer.status, kind, said, _text(told), asked)
    return _not_read(answer.status, kind, said, _text(told), asked)


def _capped(
    said: str, told: Mapping[str, Any], now: datetime, cap_resets: datetime
) -> Unavailable:
    if str(told.get("period")).lower() == "daily":
        cap_resets = now.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    return Unavailable(
        f"{said}; the usage cap of this X project is reached",
        retry_after=cap_resets - now,
        tell=True,
    )


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    """Return how long until the limit that ran out is lifted: per day, or per 15 min."""
    for limit in ("user-limit-24hour", "app-limit-24hour"):
        reset = answer.headers.get(f"x-{limit}-reset")
        if reset and answer.headers.get(f"x-{limit}-remaining") == "0":
            daily = Answer(answer.status, {"retry-after": reset}, b"", "", answer.host)
            return wait_asked_for(daily, now)
    return wait_asked_for(answer, now)


def _not_written(
    status: int, kind: str, said: str, text: str, asked: Asked
) -> ConnectorError:
    """The order matters: a refusal may hold words of several of these."""
    if status in {404, 410} or _NO_TARGET.search(text):
        return Gone(f"{said}; the post is deleted or hidden")
    if _DUPLICATE.search(text):
        return Refused(f"{said}; X takes the same words only once: change the text")
    if _RESTRICTED.search(text):
        return Refused(f"{said}; its author restricted who can reply")
    if _REPLY_RULE.search(text):
        return Refused(f"{said}; {RULE}: answer on X itself")
    if _SPAM.search(text):
        return Refused(
            f"{said}; X takes it for automated or spam: answer on X itself, "
            "and look at the account's notices there"
        )
    return _not_read(status, kind, said, text, asked)


def _not_read(
    status: int, kind: str, said: str, text: str, asked: Asked
) -> ConnectorError:
    if status == 400 and re.search(r"since_id|start_time|_token", text):
        return Outdated(said)
    if kind == "oauth1-permissions":
        return Refused(
            f"{said}; give the app Read and write permission at {PORTAL}, "
            "then renew access_token and access_token_secret"
        )
    remedies = {
        401: f"check {asked.credential}, and renew it at {PORTAL}",
        403: f"check what {asked.credential} may do at {PORTAL}",
        404: "check `user_id` and `api_base`",
    }
    remedy = remedies.get(status, "check the keywords and settings of this source")
    if kind == "client-forbidden":
        remedy = f"attach the app to a project with access at {PORTAL}"
    return Refused(f"{said}; {remedy}")


def _text(told: Mapping[str, Any]) -> str:
    """Return all that X says in words, to look for known phrases."""
    names = ("detail", "message", "title", "parameter", "parameters", "errors")
    return " ".join(str(told[name]) for name in names if told.get(name))


def _words(told: Mapping[str, Any], asked: Asked) -> str:
    """Return X's own words, short, on one line, with no secret in them."""
    words = told.get("message") or told.get("detail") or told.get("title") or ""
    said = str(words)
    for secret in asked.secrets:
        said = said.replace(secret, "***")
    said = " ".join(said.split())
    return said if len(said) <= LONGEST_SAID else said[: LONGEST_SAID - 1] + "…"
