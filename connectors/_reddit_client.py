"""Reddit's API under one login, through praw.

`Reddit.request` returns plain JSON, where praw's objects would ask again by
themselves for what a deleted post lacks; `Reddit.post` repeats what it sends, and is
never called. What else praw does by itself: see `_reddit_wire.py`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Protocol

import praw
from prawcore import PrawcoreException
from pydantic import SecretStr

from connectors._reddit_errors import Closed, StaleToken
from connectors._reddit_posts import name_in
from connectors._reddit_wire import Gate, Wire
from connectors.base import Gone, Refused, Unavailable

_KINDS = {"comment": 1, "redditor": 2, "submission": 3, "message": 4, "subreddit": 5}


class Login(Protocol):
    """The settings that a client needs; see `RedditSource`."""

    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr | None
    username: str | None
    password: SecretStr | None
    user_agent: str
    api_base: str
    login_base: str
    timeout: timedelta


class Client:
    """Reddit's API under one login.

    Every call raises Unavailable (`unclear` for writes that may have been done) or
    Refused; a write, also Gone (404).
    """

    def __init__(self, login: Login, now: Callable[[], datetime]) -> None:
        self._login = login
        self._now = now
        self._gate = Gate(now)
        self._lock = Lock()
        self._praw: praw.Reddit | None = None
        self._name = login.username

    def __repr__(self) -> str:
        return "Client()"

    def get(self, path: str, **params: str | int) -> Any:
        """Read. An access token that ran out is renewed: nothing was done under it."""
        try:
            return self._ask("GET", path, params=params)
        except StaleToken:
            self._forget()
        try:
            return self._ask("GET", path, params=params)
        except StaleToken:
            self._forget()
            raise Refused(
                "Reddit does not take the access token it just gave (401); is the "
                "account suspended, or the app not approved?"
            ) from None

    def post(self, path: str, **data: str) -> Any:
        """Write, once."""
        try:
            return self._ask("POST", path, data=data)
        except StaleToken:
            self._forget()
            raise Unavailable(
                "the access token ran out; the next try has one"
            ) from None

    def name(self) -> str:
        """Return the account's name, asked for once."""
        if self._name is None:
            self._name = name_in(self.get("/api/v1/me"))
        return self._name

    def scopes(self) -> frozenset[str]:
        """Return what the login may do; {"*"} is everything."""
        return frozenset(self._reddit().auth.scopes())

    def _ask(self, method: str, path: str, **what: Any) -> Any:
        try:
            return self._reddit().request(method=method, path=path, **what)
        except Gone as e:
            if method != "GET":
                raise
            raise Closed(
                f"{e}: nothing is at {path}; check the names in config.yaml"
            ) from None
        except PrawcoreException as e:
            raise Unavailable(
                f"Reddit answered something unreadable ({type(e).__name__})",
                unclear=method != "GET",
            ) from None

    def _forget(self) -> None:
        with self._lock:
            self._praw = None

    def _reddit(self) -> praw.Reddit:
        with self._lock:
            if self._praw is None:
                self._praw = self._connected()
            return self._praw

    def _connected(self) -> praw.Reddit:
        """Every setting is given, so that no praw.ini and no environment decides."""
        login = self._login
        secrets = {
            "client_secret": _plain(login.client_secret),
            "refresh_token": _plain(login.refresh_token),
            "password": _plain(login.password),
        }
        return praw.Reddit(
            "DEFAULT",
            requestor_class=Wire,
            requestor_kwargs={
                "gate": self._gate,
                "secrets": tuple(filter(None, secrets.values())),
                "now": self._now,
                "timeout": login.timeout.total_seconds(),
            },
            client_id=login.client_id,
            username=login.username,
            redirect_uri=None,
            user_agent=login.user_agent,
            oauth_url=login.api_base.rstrip("/"),
            reddit_url=login.login_base.rstrip("/"),
            short_url="https://redd.it",
            check_for_updates=False,
            check_for_async=False,
            ratelimit_seconds=0,
            timeout=16,  # unused: the wire has its own
            window_size=600,
            **{f"{name}_kind": f"t{number}" for name, number in _KINDS.items()},
            trophy_kind="t6",
            **secrets,
        )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
