"""The brand's account on Reddit: who it is, what it may do, what else it is called."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from connectors._reddit_errors import APPS, DOCS
from connectors._reddit_posts import name_in, read_things
from connectors.base import Refused, Terms

SCOPES = ("read", "identity", "submit", "history")
INBOX_SCOPE = "privatemessages"
ANY_SCOPE = "*"
_NAME = re.compile(r"[A-Za-z0-9_-]{2,30}")


class Talker(Protocol):
    """Reddit's API under one login: `connectors._reddit_client.Client`."""

    def get(self, path: str, **params: str | int) -> Any: ...

    def post(self, path: str, **data: str) -> Any: ...

    def name(self) -> str: ...

    def scopes(self) -> frozenset[str]: ...


class Rights(Protocol):
    """What the settings say of the login."""

    @property
    def has_login(self) -> bool: ...

    @property
    def inbox(self) -> bool: ...


class Account:
    def __init__(self, client: Talker, rights: Rights, terms: Sequence[Terms]) -> None:
        self.client = client
        self._rights = rights
        self._handles = [
            handle.lstrip("/@").removeprefix("u/")
            for one in terms
            for handle in one.own_handles.get("reddit", ())
        ]

    @property
    def has_login(self) -> bool:
        return self._rights.has_login

    def names(self) -> list[str]:
        """Return the brand's accounts, the one we write as first."""
        login = [self.client.name()] if self.has_login else []
        known = {name.lower(): name for name in reversed([*login, *self._handles])}
        return [name for name in reversed(known.values()) if _NAME.fullmatch(name)]

    def check(self) -> str:
        """Ask Reddit who we are; return it in words.

        Raises:
            Refused: a scope is missing.
        """
        if not self.has_login:
            read_things(self.client.get("/api/info", id="t3_1"))
            return "the app, read only"
        name = name_in(self.client.get("/api/v1/me"))
        missing = self._missing()
        if missing:
            raise Refused(
                f"the login of u/{name} lacks the scope {' '.join(missing)}; authorise "
                f"the app again with all scopes ({APPS}, steps in {DOCS})"
            )
        if name.lower() in map(str.lower, self._handles):
            return f"u/{name}"
        return f"u/{name} (add it to a brand's `handles`, or its words become work)"

    def _missing(self) -> list[str]:
        scopes = self.client.scopes()
        needed = [*SCOPES, *([INBOX_SCOPE] if self._rights.inbox else [])]
        return [] if ANY_SCOPE in scopes else [s for s in needed if s not in scopes]
