"""praw's requests, made to try once, to wait never, and to fail in our three errors.

prawcore 4.0 repeats a request up to twice, POSTs too, after a dropped connection, a
timeout, 401 or 5xx, sleeping 0 to 4 seconds in between (sessions.py,
FiniteRetryStrategy); it sleeps before a request to spread the rate limit
(rate_limit.py, RateLimiter.delay); and `praw.Reddit.post` repeats after RATELIMIT.
All three live above its Requestor, which may be our own: `Wire` raises our errors,
which nothing there catches, and takes the rate limit headers away.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from prawcore import Requestor
from prawcore.const import ACCESS_TOKEN_PATH
from prawcore.exceptions import RequestException

from connectors._answers import LONGEST_WAIT, Answer
from connectors._reddit_errors import of_status, of_token
from connectors.base import Refused, Unavailable
from connectors.durations import format_duration


class Gate:
    """Reddit's rate limit: once it is used up, nothing is sent until it resets.

    `x-ratelimit-remaining` is a float as text, `-reset` counts the seconds left.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._until: datetime | None = None

    def check(self) -> None:
        if self._until is None:
            return
        left = self._until - self._now()
        if left > timedelta(0):
            raise Unavailable("Reddit's rate limit is used up", retry_after=left)

    def note(self, headers: Mapping[str, str]) -> None:
        remaining = _number(headers.get("x-ratelimit-remaining"))
        if remaining is None:
            return
        reset = _number(headers.get("x-ratelimit-reset"))
        seconds = 60.0 if reset is None else max(reset, 1.0)
        wait = min(timedelta(seconds=min(seconds, 1e6)), LONGEST_WAIT)
        self._until = self._now() + wait if remaining < 1 else None


class Wire(Requestor):
    """One HTTP request -> an answer or one of our errors; never a second try.

    Each request has its own connection, so that none meets one that died while idle.
    """

    def __init__(
        self,
        *,
        gate: Gate,
        secrets: tuple[str, ...],
        now: Callable[[], datetime],
        **rest: Any,
    ) -> None:
        self._gate, self._secrets, self._now = gate, secrets, now
        super().__init__(**rest)
        self._http.headers["Connection"] = "close"
        self._http.auth = _as_it_is  # or requests takes a password from ~/.netrc

    def request(
        self,
        *args: Any,
        timeout: float | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> requests.Response:
        method, url = args
        is_token = url == f"{self.reddit_url}{ACCESS_TOKEN_PATH}"
        writes = method.upper() != "GET" and not is_token
        if not is_token:
            self._gate.check()
        # prawcore's own time limit comes from an environment variable.
        kwargs |= {"timeout": self.timeout, "allow_redirects": False}
        try:
            response = super().request(method, url, **kwargs)
        except RequestException as e:
            # Its arguments hold the token, and must not show in a traceback.
            raise self._trouble(url, e.original_exception, writes=writes) from None
        token = str(kwargs.get("headers", {}).get("Authorization", ""))
        answer = _answer(response, writes=writes)
        self._judge(answer, token.removeprefix("bearer "), is_token=is_token)
        for name in [n for n in response.headers if n.lower().startswith("x-rate")]:
            del response.headers[name]
        return response

    def _judge(self, answer: Answer, token: str, *, is_token: bool) -> None:
        if not is_token:
            self._gate.note(answer.headers)
        judge = of_token if is_token else of_status
        if error := judge(answer, [*self._secrets, token], self._now()):
            raise error

    def _trouble(self, url: str, error: Exception, *, writes: bool) -> Exception:
        host = urlsplit(url).hostname
        if isinstance(error, requests.exceptions.InvalidHeader | UnicodeError):
            return Refused(
                f"a header for {host} holds a character that HTTP does not allow; look "
                "for an accent or a line break in client_id and client_secret"
            )
        if isinstance(error, requests.exceptions.InvalidURL):
            return Refused(f"{host} is no address; check api_base and login_base")
        unclear = writes and not _never_sent(error)
        if isinstance(error, requests.exceptions.Timeout):
            waited = format_duration(timedelta(seconds=self.timeout))
            return Unavailable(f"{host} did not answer in {waited}", unclear=unclear)
        broken = "no connection to" if _never_sent(error) else "connection lost to"
        return Unavailable(f"{broken} {host} ({type(error).__name__})", unclear=unclear)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _answer(response: requests.Response, *, writes: bool) -> Answer:
    return Answer(
        status=response.status_code,
        headers=response.headers,
        body=response.content,
        url=response.url,
        host=urlsplit(response.url).hostname or "Reddit",
        writes=writes,
    )


def _never_sent(error: Exception) -> bool:
    """Tell whether the connection failed before anything went out."""
    never = (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)
    if isinstance(error, never):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if isfinite(number) else None
