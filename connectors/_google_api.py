"""One call to a Google API: its token, its JSON, its errors as our three.

Errors: https://google.aip.dev/193 and, older, `errors[].reason` as in
https://developers.google.com/webmaster-tools/v1/errors. Surprises: rate limits come
as 429 or as 403; a project that Google has not approved yet has a quota of 0, which
looks like a rate limit that never ends.
"""

import json
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors._answers import Answer, is_busy, wait_asked_for, what_it_says
from connectors._calls import Params
from connectors._google_auth import Tokens
from connectors._google_settings import GoogleSource
from connectors.base import ConnectorError, Gone, Refused, Unavailable
from connectors.http import Http

ERRORS = range(400, 600)
TOO_FAST = {
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "RATE_LIMIT_EXCEEDED",
    "RESOURCE_EXHAUSTED",
}
NOT_ENABLED = {"SERVICE_DISABLED", "accessNotConfigured"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a person must know of one API when it turns us away.

    `wait` is how long its quota takes to fill again.
    """

    name: str
    scope: str
    enable: str
    access: str
    approval: str
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error answer says: its reasons, and whether the quota is 0."""

    reasons: frozenset[str] = frozenset()
    no_quota: bool = False
    retry: timedelta | None = None


class GoogleApi:
    """One API at one address. Every call raises as `connectors.http.Http` does."""

    def __init__(
        self,
        source: GoogleSource,
        base: str,
        service: Service,
        tokens: Tokens,
        now: Callable[[], datetime],
    ) -> None:
        self._service = service
        self._tokens = tokens
        self._now = now
        self._http = Http(
            base_url=base,
            auth=tokens.headers,
            timeout=source.timeout,
            allow_private=source.allow_private,
            now=now,
        )

    def get(
        self, path: str, params: Params | None = None, accept: Container[int] = ()
    ) -> Answer:
        return self.ask("GET", path, params=params, accept=accept)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: Any = None,
        accept: Container[int] = (),
    ) -> Answer:
        """Make one call. A read whose token was turned away gets a new one, once."""
        before = self._tokens.last
        held = self._tokens.current()
        answer = self._send(method, path, params, body)
        if answer.status == 401:
            self._tokens.forget(held)
            if held == before:  # a new one may do better; one just made will not
                if answer.writes:
                    raise Unavailable(f"{answer.host} no longer takes our token")
                answer = self._send(method, path, params, body)
        if answer.status in ERRORS and answer.status not in accept:
            raise error_for(
                answer, self._service, self._now(), (held, self._tokens.last)
            )
        return answer

    def _send(self, method: str, path: str, params: Params | None, body: Any) -> Answer:
        send = {"GET": self._http.get, "PUT": self._http.put, "POST": self._http.post}
        return send[method](path, params=params or {}, json=body, accept=ERRORS)


def an_object(answer: Answer) -> Mapping[str, Any]:
    """Return the body, a JSON object.

    Raises:
        Unavailable: it is something else.
    """
    told = answer.json()
    if not isinstance(told, dict):
        raise Unavailable(
            f"{answer.host} answered something else than an object",
            unclear=answer.writes,
        )
    return told


def error_for(
    answer: Answer, service: Service, now: datetime, secrets: tuple[str, ...] = ()
) -> ConnectorError:
    """Return what an error answer means to us."""
    problem = read_problem(answer.body)
    said = what_it_says(answer, secrets)
    told = f"{answer.host} answered {answer.status}" + (f": {said}" if said else "")
    if problem.no_quota:
        return Refused(f"{told}; {service.approval}")
    if problem.reasons & NOT_ENABLED:
        return Refused(f"{told}; enable the {service.name} at {service.enable}")
    if is_busy(answer) or (answer.status == 403 and problem.reasons & TOO_FAST):
        return Unavailable(
            told,
            retry_after=_wait(answer, problem, service, now),
            unclear=answer.writes and (answer.status >= 500 or answer.status == 408),
        )
    if answer.status in {404, 410}:
        return Gone(told)
    if answer.status in {401, 403}:
        return Refused(f"{told}; {service.access}")
    return Refused(told)


def _wait(
    answer: Answer, problem: Problem, service: Service, now: datetime
) -> timedelta | None:
    asked = wait_asked_for(answer, now)
    if asked is not None:
        return asked
    if problem.retry is not None:
        return problem.retry
    return service.wait if answer.status in {403, 429} else None


def read_problem(body: bytes) -> Problem:
    """Read the body of an error; nothing in it is taken for granted."""
    try:
        error = _mapping(_mapping(json.loads(body)).get("error"))
    except (ValueError, RecursionError):
        return Problem()
    details = [_mapping(one) for one in _list(error.get("details"))]
    older = [_mapping(one) for one in _list(error.get("errors"))]
    reasons = {str(one["reason"]) for one in [*details, *older] if "reason" in one}
    metadata = [_mapping(one.get("metadata")) for one in details]
    delays = [str(one["retryDelay"]) for one in details if "retryDelay" in one]
    return Problem(
        reasons=frozenset(reasons | {str(error.get("status", ""))}),
        no_quota=any(str(one.get("quota_limit_value")) == "0" for one in metadata),
        retry=next(filter(None, map(_delay, delays)), None),
    )


def _delay(text: str) -> timedelta | None:
    """Read Google's "32.5s"; at most a day."""
    try:
        return timedelta(seconds=min(max(float(text.rstrip("s")), 0), 86400))
    except ValueError:
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
