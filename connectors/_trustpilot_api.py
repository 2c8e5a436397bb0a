"""Trustpilot as it is called: with the key alone, or with a token for the business.

Tokens: https://developers.trustpilot.com/authentication (client credentials)
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from pydantic import SecretStr

from connectors._calls import Extra, Headers, Params
from connectors.base import Refused, Unavailable
from connectors.http import Answer, Http

RENEW_BEFORE = timedelta(minutes=5)
SHORTEST_LIFE = timedelta(minutes=10)
USUAL_LIFE = timedelta(hours=1)  # where the answer does not say; it says 100 hours
LONGEST_LIFE = timedelta(days=7)
LOCKED = {401}
WHERE = "Trustpilot Business > Integrations > APIs"


@dataclass(slots=True)
class Token:
    """A bearer token, got when first needed and again shortly before it ends.

    Safe between threads. `number` counts the tokens that there were.
    """

    http: Http = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    worked: bool = False
    """Whether a call with this token was let in."""
    _held: str = field(default="", repr=False)
    _since: datetime | None = None
    _life: timedelta = USUAL_LIFE
    number: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __call__(self) -> Headers:
        with self._lock:
            now = self.now()
            ends = self._since + self._life - RENEW_BEFORE if self._since else now
            if not self._held or not (self._since and self._since <= now < ends):
                self._held, self._life = self._ask()
                self._since = now
                self.number += 1
            return {"Authorization": f"Bearer {self._held}"}

    def drop(self, number: int) -> None:
        """Drop that token, unless another one replaced it."""
        with self._lock:
            if number == self.number:
                self._held, self.worked = "", False

    def _ask(self) -> tuple[str, timedelta]:
        form = {"grant_type": "client_credentials"}
        told = self.http.post(form=form, writes=False).json()
        try:
            token, life = str(told["access_token"]), told.get("expires_in")
            span = timedelta(seconds=int(life)) if life else USUAL_LIFE
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise Unavailable("Trustpilot answered no token") from None
        return token, min(max(span, SHORTEST_LIFE), LONGEST_LIFE)


class Api:
    """Calls to Trustpilot. Every call raises as `Http` does.

    With a token, the private side is asked, which alone takes replies.
    """

    def __init__(self, http: Http, token: Token | None) -> None:
        self._http = http
        self._token = token

    @property
    def side(self) -> str:
        return "private/" if self._token else ""

    def get(self, path: str, params: Params | None = None) -> Answer:
        extra: Extra = {"accept": LOCKED}
        if params:
            extra["params"] = params
        number = self._number()
        return self._judged(self._http.get(f"{self.side}{path}", **extra), number)

    def post(self, path: str, body: Any) -> Answer:
        number = self._number()
        answer = self._http.post(f"private/{path}", json=body, accept=LOCKED)
        return self._judged(answer, number)

    def _number(self) -> int:
        """Return which token the next call goes out with."""
        if self._token is None:
            return 0
        self._token()
        return self._token.number

    def _judged(self, answer: Answer, number: int) -> Answer:
        """Tell a token that ended before its time from a key that never worked.

        No call is repeated here: the credentials alone are tried, and the next poll
        goes on with the new token.
        """
        if answer.status != 401:
            if self._token:
                self._token.worked = True
            return answer
        # Another thread may have met the same end, and got the new token already.
        if self._token and (self._token.worked or self._token.number != number):
            self._token.drop(number)
            self._token()
            raise Unavailable("the Trustpilot token had ended; there is a new one")
        raise Refused(
            f"Trustpilot does not know this key (401); check api_key, api_secret and "
            f"the plan (its API module) under {WHERE}"
        )


def basic(key: SecretStr, secret: SecretStr) -> Headers:
    pair = f"{key.get_secret_value()}:{secret.get_secret_value()}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
