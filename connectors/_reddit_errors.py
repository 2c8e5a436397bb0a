"""What Reddit says when it does not do as asked -> our three errors.

Surprises: a refused answer comes with HTTP 200 and `json.errors`; a token is refused
with HTTP 200 and `error`; 401 is an access token that ran out, the credentials are
judged by the token address alone. Codes: errors.py of Reddit's old public source, and
from memory.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from connectors._answers import Answer, is_busy, wait_asked_for, what_it_says
from connectors.base import ConnectorError, Gone, Refused, Unavailable

APPROVAL = "https://support.reddithelp.com/hc/articles/42728983564564"
APPS = "https://www.reddit.com/prefs/apps"
DOCS = "docs/connectors/reddit.md"

_GONE = {
    "THREAD_LOCKED": "the thread is locked",
    "COMMENT_LOCKED": "the comment is locked",
    "TOO_OLD": "the thread is archived",
    "DELETED_COMMENT": "the comment is deleted",
    "DELETED_LINK": "the submission is deleted",
    "DELETED_THING": "the post is deleted",
}
_LATER = {"RATELIMIT": None, "QUOTA_FILLED": timedelta(hours=1)}
_UNCLEAR = {"SOMETHING_IS_BROKEN", "SERVER_ERROR"}
_WAIT = re.compile(r"(\d{1,5})\s*(millisecond|second|minute|hour)", re.IGNORECASE)
_SECONDS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600}
_TOKEN = {
    "invalid_grant": "the refresh token was revoked, or username and password do not "
    "fit (an account with two-factor login needs a refresh token)",
    "unauthorized_client": "this kind of app may not log in with a password: make it a "
    "script app of that very account, or use a refresh token",
    "unsupported_grant_type": "this kind of app may not log in this way",
}


class Closed(Refused):
    """One place is not open to us, or is not there; the others may be."""


class StaleToken(Exception):
    """Reddit does not take the access token any more (401): ask for another."""


def of_status(
    answer: Answer, secrets: Iterable[str], now: datetime
) -> ConnectorError | None:
    """Return what an answer of the API means; None if it is no error.

    Raises:
        StaleToken: on 401.
    """
    if answer.status < 300:
        return None
    if answer.status == 401:
        raise StaleToken
    told = _told(answer, secrets)
    if is_busy(answer):
        unclear = answer.writes and answer.status >= 500
        wait = wait_asked_for(answer, now)
        return Unavailable(told, retry_after=wait, unclear=unclear)
    if answer.status in {404, 410}:
        return Gone(told)
    if answer.status == 403:
        return _forbidden(answer, told)
    if answer.status < 400:
        return Refused(f"{told} with a redirect; check the names of the subreddits")
    return Refused(told)


def of_token(
    answer: Answer, secrets: Iterable[str], now: datetime
) -> ConnectorError | None:
    """Return what an answer of the token address means; None if it gave a token."""
    told = _told(answer, secrets)
    if is_busy(answer):
        return Unavailable(told, retry_after=wait_asked_for(answer, now))
    if answer.status == 403:
        return Refused(str(_forbidden(answer, told)))
    if answer.status in {400, 401}:
        return Refused(
            f"{told}: it does not know client_id, client_secret or refresh_token; "
            f"compare them with {APPS}"
        )
    if answer.status != 200:
        return Refused(f"{told}; check login_base")
    return _of_token_body(answer)


def _of_token_body(answer: Answer) -> ConnectorError | None:
    body = answer.json()
    error = body.get("error") if isinstance(body, dict) else None
    if error:
        why = _TOKEN.get(str(error), str(body.get("error_description") or "no reason"))
        return Refused(f"Reddit refuses the login ({error}): {why}; see {DOCS}")
    if _is_token(body):
        return None
    return Unavailable(f"{answer.host} answered something that is no token")


def _is_token(body: Any) -> bool:
    """Tell whether prawcore finds what it takes for granted."""
    if not isinstance(body, dict) or not isinstance(body.get("expires_in"), int):
        return False
    return all(isinstance(body.get(name), str) for name in ("access_token", "scope"))


def _forbidden(answer: Answer, told: str) -> Refused:
    if "insufficient_scope" in answer.headers.get("www-authenticate", ""):
        return Refused(
            f"{told}: the login lacks a scope; authorise the app again with "
            f"read identity submit privatemessages history (see {DOCS})"
        )
    if b"network security" in answer.body or b"blocked by" in answer.body.lower():
        return Refused(
            f"{told}: Reddit blocks this app; API access needs its approval first "
            f"({APPROVAL}) and a user_agent that names the app"
        )
    if answer.writes:
        return Refused(
            f"{told}: Reddit does not let this account answer there; it is banned from "
            "the subreddit, or only members may write there"
        )
    return Closed(
        f"{told}: not open to this account (private, quarantined or not approved); "
        f"check the subreddits, and the app's approval at {APPROVAL}"
    )


def of_reply(told: Any) -> ConnectorError | None:
    """Return why an answer was refused; None if there are no `json.errors`."""
    inner = told.get("json") if isinstance(told, dict) else None
    errors = inner.get("errors") if isinstance(inner, dict) else None
    if not isinstance(errors, list):
        return Unavailable("Reddit did not say what became of the reply", unclear=True)
    for one in errors:
        pair = [str(part) for part in one] if isinstance(one, list) else [str(one)]
        return _of_code(pair[0] if pair else "", pair[1] if len(pair) > 1 else "")
    return None


def _of_code(code: str, said: str) -> ConnectorError:
    told = " ".join(f"{said} ({code})".split())
    if code in _LATER:
        wait = _asked(said) or _LATER[code]
        return Unavailable(f"Reddit slows this account down: {told}", retry_after=wait)
    if code in _GONE:
        return Gone(f"{_GONE[code]} ({code})")
    if code in _UNCLEAR:
        return Unavailable(f"Reddit: {told}", unclear=True)
    if code == "USER_REQUIRED":
        return Refused(f"Reddit wants a login to answer: {told}; see {DOCS}")
    return Refused(f"Reddit does not take this reply: {told}")


def _asked(said: str) -> timedelta | None:
    """Read "try again in 7 minutes", rounded up: it counts whole minutes."""
    found = _WAIT.search(said)
    if not found:
        return None
    seconds = int(found[1]) * _SECONDS[found[2].lower()]
    return timedelta(seconds=seconds + 1)


def _told(answer: Answer, secrets: Iterable[str]) -> str:
    reason = _reason(answer.body)
    said = what_it_says(answer, secrets) if answer.status >= 300 else ""
    words = [word for word in (reason, said) if word and not word.startswith("{")]
    told = f"{answer.host} answered {answer.status}"
    return f"{told} ({', '.join(words)})" if words else told


def _reason(body: bytes) -> str:
    """Return the one word in which Reddit says why: private, quarantined, banned."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    reason = told.get("reason") if isinstance(told, dict) else None
    return reason[:80] if isinstance(reason, str) and reason.isprintable() else ""
