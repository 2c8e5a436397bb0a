"""tweepy, made ours: another host, timeouts, no sleeping, our three errors.

tweepy writes its host into `request`, logs the bearer token at debug, has no timeout
and raises before one can see which 403 it was; so `request` is our own, and the rest
of it (routes, parameters, OAuth 1.0a signing) is tweepy's. Nothing is sent twice:
`requests` does not retry, redirects are not followed, connections are not kept.
"""

from collections.abc import Mapping
from typing import Any

import requests
import tweepy

from connectors._x_call import BEARER, USER_KEYS, Keys, Wire, in_new_words
from connectors._x_errors import Asked, error_of
from connectors.base import Refused, Unavailable
from connectors.durations import format_duration
from connectors.http import Answer

_NEVER_SENT = (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)


class XClient(tweepy.Client):  # type: ignore[misc]  # tweepy has no types
    """X's calls that we use; each returns the body of a 2xx, an object.

    Every call raises:
        Unavailable: rate limit, cap, no credits, 5xx, timeout, broken body; for a
            reply `unclear`, unless X cannot have stored it.
        Refused: X will not, and says why.
        Gone: the post to answer is deleted or hidden.
    """

    def __init__(self, keys: Keys, wire: Wire) -> None:
        super().__init__(
            keys.bearer_token or None,
            keys.consumer_key or None,
            keys.consumer_secret or None,
            keys.access_token or None,
            keys.access_token_secret or None,
            return_type=dict,
            wait_on_rate_limit=False,
        )
        self._keys = keys
        self._wire = wire
        self.session.headers["Connection"] = "close"
        self.session.auth = _as_it_is  # or ~/.netrc would replace the token

    def __repr__(self) -> str:
        return f"XClient({self._wire.api_base!r})"

    def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        user_auth: bool = False,
    ) -> requests.Response:
        """Make one call, in place of tweepy's own; the answer is a 2xx with JSON."""
        asked = Asked(
            what=f"{method} {_nameless(route)}",
            credential=USER_KEYS if user_auth else BEARER,
            writes=method != "GET",
            secrets=self._keys.all,
        )
        response = self._send(method, route, params, json, asked)
        if not 200 <= response.status_code < 300:
            wire = self._wire
            raise error_of(self._answer(response), asked, wire.now(), wire.cap_resets())
        return _checked(response, asked)

    def _send(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None,
        json: Mapping[str, Any] | None,
        asked: Asked,
    ) -> requests.Response:
        user_auth = asked.credential == USER_KEYS
        seconds = self._wire.timeout.total_seconds()
        headers = {"User-Agent": "everyreply"}
        if not user_auth:
            headers["Authorization"] = f"Bearer {self.bearer_token}"
        try:
            return self.session.request(  # type: ignore[no-any-return]
                method,
                self._wire.api_base.rstrip("/") + route,
                params=in_new_words(params) if self._wire.new_names else params,
                json=json,
                headers=headers,
                auth=self._signature() if user_auth else None,
                timeout=(seconds, seconds),
                allow_redirects=False,
            )
        except (requests.exceptions.InvalidHeader, UnicodeError):
            raise Refused(
                f"a key for X holds a character that HTTP does not allow; "
                f"look for a line break in {asked.credential}"
            ) from None
        except requests.exceptions.RequestException as e:
            unclear = asked.writes and not _was_never_sent(e)
            raise Unavailable(self._trouble(asked, e), unclear=unclear) from None

    def _signature(self) -> Any:
        keys = self._keys
        return tweepy.OAuth1UserHandler(
            keys.consumer_key,
            keys.consumer_secret,
            keys.access_token,
            keys.access_token_secret,
        ).apply_auth()

    def _trouble(self, asked: Asked, error: Exception) -> str:
        if isinstance(error, requests.exceptions.Timeout):
            waited = format_duration(self._wire.timeout)
            return f"X did not answer in time ({asked.what}, {waited} for each step)"
        return f"no whole answer from X ({asked.what}: {type(error).__name__})"

    def _answer(self, response: requests.Response) -> Answer:
        return Answer(
            status=response.status_code,
            headers=response.headers,
            body=response.content,
            url="",
            host="X",
        )


def _checked(response: requests.Response, asked: Asked) -> requests.Response:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Unavailable(
            f"X answered something that is not an object of JSON ({asked.what})",
            unclear=asked.writes,
        )
    return response


def _was_never_sent(error: Exception) -> bool:
    """Tell whether X cannot have seen the call: no connection came about at all."""
    if isinstance(error, _NEVER_SENT):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError"}


def _nameless(route: str) -> str:
    """Return a route without its ids, which say nothing to a reader."""
    return "/".join("…" if part.isdigit() else part for part in route.split("/"))


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
