"""App Store Connect as it is called: its token, its budget, its words for errors.

Tokens: https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
Budget: https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits
"""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from connectors._answers import what_it_says
from connectors._calls import Extra, Headers, same_host, web_address
from connectors.base import Refused, Unavailable
from connectors.http import Answer, Http, wait_asked_for

BACKDATED = timedelta(minutes=1)  # Apple's clock may run behind ours
LIFETIME = timedelta(minutes=15)  # with the above, below Apple's 20 minutes
RENEW_BEFORE = timedelta(minutes=2)

RESERVE = 50
"""Calls of each hour that polls leave for replies and a second look."""

SPENT_WAIT = timedelta(minutes=15)  # the hour rolls: some of it is back by then
BURST_WAIT = timedelta(minutes=1)  # there is a limit on bursts, which no header tells

_REMAINDER = re.compile(r"user-hour-rem:\s*(\d+)")
_KEYS = "App Store Connect > Users and Access > Integrations"


@dataclass(slots=True)
class Token:
    """A signed token, made when first needed and again shortly before it ends."""

    key_id: str
    issuer_id: str | None
    private_key: SecretStr
    now: Callable[[], datetime] = field(repr=False)
    _signed: str = field(default="", repr=False)
    _made_at: datetime | None = None

    def __call__(self) -> Headers:
        now = self.now()
        fresh = self._made_at is not None and (
            self._made_at <= now < self._made_at + LIFETIME - RENEW_BEFORE
        )
        if not fresh:
            self._signed, self._made_at = self._sign(now), now
        return {"Authorization": f"Bearer {self._signed}"}

    def _sign(self, now: datetime) -> str:
        import jwt  # here, for it loads cryptography, which takes a while

        # A team's key names its issuer, a person's own key says "user".
        whose = {"iss": self.issuer_id} if self.issuer_id else {"sub": "user"}
        claims = {
            **whose,
            "iat": int((now - BACKDATED).timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "aud": "appstoreconnect-v1",
        }
        pem = self.private_key.get_secret_value().replace("\\n", "\n").strip()
        try:
            return jwt.encode(
                claims, pem, algorithm="ES256", headers={"kid": self.key_id}
            )
        except (ValueError, TypeError, jwt.PyJWTError):
            # The cause could show part of the key in a traceback.
            raise Refused(
                "private_key is not the whole text of an App Store Connect .p8 file "
                f"(-----BEGIN PRIVATE KEY----- and on); make a key at {_KEYS}"
            ) from None


class Api:
    """Calls to App Store Connect. Every call raises as `Http` does, in Apple's words.

    `remainder` is what is left of the rolling hour, None until the first answer.
    """

    def __init__(self, base: str, token: Token, http: Http) -> None:
        self._base = web_address(base, "api_base")
        self._token = token
        self._http = replace(http, base_url=base, auth=token, wait=_wait)
        self.remainder: int | None = None

    def get(self, path: str, params: Any = None, accept: Container[int] = ()) -> Answer:
        extra: Extra = {"accept": _Also(accept)}
        if params:
            extra["params"] = params
        return self._judged(self._http.get(path, **extra), accept)

    def post(self, path: str, body: Any, accept: Container[int] = ()) -> Answer:
        return self._judged(
            self._http.post(path, json=body, accept=_Also(accept)), accept
        )

    @property
    def is_spent(self) -> bool:
        return self.remainder is not None and self.remainder <= RESERVE

    def own_link(self, link: Any) -> str:
        """Return Apple's link to its next page, if it stays on our address.

        Raises:
            Refused: it leads elsewhere, where neither we nor the token shall go.
        """
        url = web_address(str(link), "the next page of the reviews", self._base)
        if not same_host(self._base, url):
            raise Refused(
                f"{self._base.host} continues its reviews at {url.host}; put that "
                "address into `api_base`"
            )
        return str(url)

    def says(self, answer: Answer) -> str:
        signed = self._token()["Authorization"]
        said = what_it_says(answer, [signed, signed.removeprefix("Bearer ")])
        return said or f"status {answer.status}"

    def _judged(self, answer: Answer, accept: Container[int]) -> Answer:
        if (left := remainder(answer)) is not None:
            self.remainder = left
        if answer.status in accept:
            return answer
        if answer.status == 401:
            raise Refused(
                f"App Store Connect does not know this key ({self.says(answer)}); "
                f"check key_id, issuer_id and private_key against {_KEYS}"
            )
        if answer.status == 403:
            raise Refused(
                f"App Store Connect forbids it ({self.says(answer)}); give the key the "
                f"role Customer Support, App Manager or Admin at {_KEYS}, and accept "
                "open agreements under Business"
            )
        return answer


@dataclass(frozen=True, slots=True)
class _Also:
    """The statuses a caller reads by itself, and those that we put into words."""

    accept: Container[int]

    def __contains__(self, status: object) -> bool:
        return status in {401, 403} or status in self.accept


def remainder(answer: Answer) -> int | None:
    """Read `X-Rate-Limit: user-hour-lim:3500;user-hour-rem:500;`."""
    found = _REMAINDER.search(answer.headers.get("x-rate-limit", ""))
    return int(found[1]) if found else None


def error_codes(answer: Answer) -> list[str]:
    """Return Apple's codes ("ENTITY_ERROR.RELATIONSHIP.INVALID") of a failed call."""
    try:
        errors = answer.json()["errors"]
        return [str(error["code"]) for error in errors]
    except (Unavailable, KeyError, TypeError, IndexError):
        return []


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    asked = wait_asked_for(answer, now)
    if asked is not None or answer.status != 429:
        return asked
    return SPENT_WAIT if remainder(answer) == 0 else BURST_WAIT
