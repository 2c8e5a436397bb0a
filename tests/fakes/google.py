"""What Google's APIs share: tokens at one address, and the ways in which they fail."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.server import FakeServer, Reply, Request

SECRET = "GOCSPX-cl1ent-5ecret"  # noqa: S105
REFRESH = "1//r3fresh-t0ken-5ecret"
TOKEN = "ya29.acc3ss-t0ken-5ecret"  # noqa: S105


def ok(told: Any) -> Reply:
    return Reply(
        json.dumps(told).encode(), headers={"Content-Type": "application/json"}
    )


def error(
    code: int,
    status: str = "",
    message: str = "no",
    details: list[Any] | None = None,
    reason: str = "",
) -> Reply:
    """An error in the shape of google.rpc.Status; `reason` in the older one."""
    told: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        told["details"] = details
    if reason:
        told["errors"] = [{"reason": reason, "domain": "global", "message": message}]
    return Reply(json.dumps({"error": told}).encode(), code)


def info(reason: str, **metadata: str) -> dict[str, Any]:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    return {"@type": kind, "reason": reason, "metadata": metadata}


def retry(delay: str) -> dict[str, Any]:
    kind = "type.googleapis.com/google.rpc.RetryInfo"
    return {"@type": kind, "retryDelay": delay}


FAILURES: Mapping[str, Reply] = {
    "401": error(401, "UNAUTHENTICATED", "Request had invalid credentials."),
    "403": error(403, "PERMISSION_DENIED", "The caller does not have permission"),
    "404": error(404, "NOT_FOUND", "Requested entity was not found."),
    "not-enabled": error(403, "PERMISSION_DENIED", "off", [info("SERVICE_DISABLED")]),
    "not-approved": error(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded",
        [info("RATE_LIMIT_EXCEEDED", quota_limit_value="0")],
    ),
    "429": error(429, "RESOURCE_EXHAUSTED", "Quota exceeded", [retry("42s")]),
    "403-rate": error(403, reason="rateLimitExceeded"),
    "500": error(500, "INTERNAL", "Internal error encountered."),
    "503": Reply(b"no way for ECHO", 503),
    "timeout": Reply(delay=30),
    "dropped": Reply(drop=True),
    "empty": Reply(b""),
    "broken": Reply(b'{"reviews": [{"rev'),
    "list": Reply(b"[]"),
    "half": Reply(b'{"reviews": []}', cut=4),
}
REFUSED = {"401", "403", "404", "not-enabled", "not-approved"}


class FakeGoogle:
    """One Google API under a test's control. `now` is its clock, set by the test.

    `drop_after_storing` and `drop_before_storing` break the connection of a reply.
    """

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.now = datetime(2026, 3, 1, 20, tzinfo=UTC)
        self.page = 50
        self.drop_after_storing = False
        self.drop_before_storing = False
        self.token_answer: Reply | None = None
        self.tokens = 0
        self.writes: list[Request] = []
        self._failure: Reply | None = None
        self._pages_left: int | None = None
        server.on("*", self.answer)
        server.on("/token", self._token)

    def fail(self, kind: str) -> None:
        self._failure = FAILURES[kind]

    def fail_with(self, reply: Reply) -> None:
        self._failure = reply

    def cut(self, pages: int) -> None:
        """Break off after so many pages of reviews, in the midst of the next."""
        self._failure = None
        self._pages_left = pages

    def mend(self) -> None:
        self._failure = self._pages_left = self.token_answer = None
        self.drop_after_storing = self.drop_before_storing = False

    def settings(self) -> dict[str, Any]:
        """The settings that every Google source of this fake has."""
        return {
            "client_id": "123.apps.googleusercontent.com",
            "client_secret": SECRET,
            "refresh_token": REFRESH,
            "token_url": self.server.url("/token"),
            "allow_private": True,
            "timeout": timedelta(seconds=20),
        }

    def answer(self, request: Request) -> Reply:
        if self._failure is not None:
            return _echoing(self._failure, request)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return FAILURES["401"]
        return self.serve(request)

    def serve(self, request: Request) -> Reply:
        raise NotImplementedError

    @property
    def token(self) -> str:
        return f"{TOKEN}-{self.tokens}"

    def asked(self, path: str) -> list[Request]:
        return [one for one in self.server.requests if one.path == path]

    def _token(self, request: Request) -> Reply:
        if self.token_answer is not None:
            return self.token_answer
        self.tokens += 1
        return ok({"access_token": self.token, "expires_in": 3599})

    def a_page(self, name: str, items: list[Any], token: str, size: int) -> Any:
        """Return a page of items and the next one's token, or half an answer."""
        if self._pages_left is not None:
            if self._pages_left == 0:
                return None
            self._pages_left -= 1
        start = int(token or 0)
        end = start + min(size, self.page)
        return items[start:end], str(end) if end < len(items) else None

    def store(self, request: Request, keep: Any) -> Reply | None:
        """Note a write and keep it, unless the connection breaks first."""
        self.writes.append(request)
        if self.drop_before_storing:
            return Reply(drop=True)
        keep()
        return Reply(drop=True) if self.drop_after_storing else None


def _echoing(reply: Reply, request: Request) -> Reply:
    """Repeat what was sent, as some servers do in their errors."""
    sent = request.headers.get("authorization", "").encode()
    return replace(reply, body=reply.body.replace(b"ECHO", sent))


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
