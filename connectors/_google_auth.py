"""Access tokens for Google's APIs, from a service account or a refresh token.

https://developers.google.com/identity/protocols/oauth2/service-account#httprest and
https://developers.google.com/identity/protocols/oauth2/web-server#offline. google-auth
signs; the call is ours, as its own would retry, sleep, and read its own clock.
Surprises: a consent screen left in "Testing" kills a refresh token after 7 days; a
service account sees only what it was invited to.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import SecretStr

from connectors._google_settings import TOKEN_URL, GoogleSource
from connectors.base import Gone, Refused, Unavailable
from connectors.http import Http

SPARE = timedelta(minutes=5)
"""A token is renewed so long before it ends: a call may take its time."""


class Tokens:
    """Keeps one access token and renews it before it ends. Safe between threads."""

    def __init__(
        self, source: GoogleSource, scope: str, now: Callable[[], datetime]
    ) -> None:
        self._source = source
        self._scope = scope
        self._now = now
        self._lock = Lock()
        self._token = ""
        self._ends = datetime.min.replace(tzinfo=UTC)
        self._http = Http(
            base_url=source.token_url,
            timeout=source.timeout,
            allow_private=source.allow_private,
            now=now,
        )

    def __repr__(self) -> str:
        return f"Tokens({self._source.name!r})"

    def headers(self) -> dict[str, str]:
        """Return what lets a call in.

        Raises:
            Unavailable: the token endpoint does not answer.
            Refused: key or refresh token are wrong, or no longer accepted.
        """
        return {"Authorization": f"Bearer {self.current()}"}

    def current(self) -> str:
        with self._lock:
            if not self._token or self._now() >= self._ends - SPARE:
                self._renew()
            return self._token

    @property
    def last(self) -> str:
        """The token held now, perhaps none: for masking it."""
        return self._token

    def forget(self, token: str) -> None:
        """Drop a token that was turned away, unless another one replaced it."""
        with self._lock:
            if token == self._token:
                self._token = ""

    def _renew(self) -> None:
        asked_at = self._now()
        told = self._ask()
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise Unavailable("the token endpoint answered without an access token")
        self._token = token
        self._ends = asked_at + timedelta(seconds=_seconds(told.get("expires_in")))

    def _ask(self) -> Any:
        form = self._assertion() if self._source.service_account_json else self._oauth()
        try:
            return self._http.post(form=form, writes=False).json()
        except Gone as e:
            raise Refused(f"{e}; check token_url") from e
        except Refused as e:
            raise Refused(f"{e}; {self._remedy()}") from e

    def _remedy(self) -> str:
        if self._source.service_account_json:
            return "make a new JSON key for the service account in Google Cloud"
        return (
            "make a new refresh token (and publish the consent screen: in Testing a "
            "token ends after 7 days)"
        )

    def _oauth(self) -> dict[str, str]:
        return {
            "grant_type": "refresh_token",
            "client_id": self._source.client_id or "",
            "client_secret": _open(self._source.client_secret),
            "refresh_token": _open(self._source.refresh_token),
        }

    def _assertion(self) -> dict[str, str]:
        # Late: a process without Google sources need not load it.
        from google.auth import crypt, jwt

        key = service_account(_open(self._source.service_account_json))
        now = int(self._now().timestamp())
        claims = {
            "iss": key["client_email"],
            "scope": self._scope,
            "aud": key.get("token_uri") or TOKEN_URL,
            "iat": now,
            "exp": now + 3600,
        }
        try:
            signer = crypt.RSASigner.from_service_account_info(key)  # type: ignore[no-untyped-call]
            signed = jwt.encode(signer, claims)  # type: ignore[no-untyped-call]
        except ValueError:  # its words may hold part of the key
            raise Refused(
                "the private_key in service_account_json cannot be read; download a "
                "new JSON key"
            ) from None
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": signed.decode(),
        }


def service_account(text: str) -> dict[str, str]:
    """Read a service account's key, given as JSON or as the path of its file.

    Raises:
        Refused: there is no such file, or it is not such a key.
    """
    wrong = "service_account_json is not a service account's JSON key, nor the path "
    if not text.lstrip().startswith("{"):
        try:
            text = Path(text).read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise Refused(f"{wrong}of one that we may read") from None
    try:
        key = json.loads(text)
    except ValueError:
        key = None
    needed = ("client_email", "private_key")
    if not isinstance(key, dict) or not all(
        isinstance(key.get(n), str) for n in needed
    ):
        raise Refused(f"{wrong}of one; it has client_email and private_key")
    return key


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value().strip() if secret else ""


def _seconds(told: object) -> float:
    """Return for how long a token is good; an hour where it is not told."""
    try:
        seconds = float(str(told))
    except ValueError:
        return 3600
    return min(max(seconds, 0), 86400) if isfinite(seconds) else 3600
