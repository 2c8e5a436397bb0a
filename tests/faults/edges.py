"""The platform and the channel as a worker sees them: HTTP calls to the world."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException

from connectors import Author, Batch, Post, Refused, Unavailable

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TIMEOUT = 1
"""Seconds; a platform that hangs costs the tests as much."""


class Edge:
    """One HTTP call to the world, in the three errors of our connectors."""

    def __init__(self, port: int, timeout: float = TIMEOUT) -> None:
        self._port, self._timeout = port, timeout

    def ask(self, path: str, asked: Mapping[str, object]) -> dict:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            connection.request("POST", path, json.dumps(asked))
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as e:
            raise Unavailable(
                f"no whole answer ({type(e).__name__})", unclear=True
            ) from e
        finally:
            connection.close()
        if response.status == 429:
            wait = timedelta(seconds=int(response.headers["Retry-After"]))
            raise Unavailable("too many requests", retry_after=wait)
        if response.status == 403:
            raise Refused("the token is revoked")
        if response.status != 200:
            raise Unavailable(f"status {response.status}")
        return answer


class Platform:
    def __init__(self, source: str, edge: Edge, step: Callable[[str], None]) -> None:
        self._source, self._edge, self._step = source, edge, step

    def poll(self, cursor):
        answer = self._edge.ask(f"/poll/{self._source}", {"cursor": cursor})
        posts = [_post(self._source, one) for one in answer["posts"]]
        if any(post.text == "a bug" for post in posts):
            raise ValueError("a bug of this connector")
        self._step("polled")
        return Batch(posts, answer["cursor"], answer["more"])


def _post(source: str, shown: dict) -> Post:
    return Post(
        platform=source,
        id=shown["id"],
        url=f"https://fake.example/{shown['id']}",
        author=Author(handle=shown["author"]),
        text=shown["text"],
        posted_at=EPOCH + timedelta(seconds=int(shown["id"])),
    )


class Channel:
    """Where cards go."""

    settle = timedelta(0)

    def __init__(self, edge: Edge, step: Callable[[str], None]) -> None:
        self._edge, self._step = edge, step

    def alert(self, card, post_key):
        return self._send("alert", post_key, card.text)

    def update(self, card, alert_ref, post_key):
        return self._send("update", post_key, card.text)

    def notice(self, text, post_key):
        return self._send("notice", post_key, text)

    def find(self, post_key, since):
        ref = self._edge.ask("/find", {"post_key": post_key})["ref"]
        self._step("looked up")
        return ref

    def _send(self, kind: str, post_key: str, text: str) -> str:
        asked = {"kind": kind, "post_key": post_key, "text": text}
        ref = self._edge.ask("/send", asked)["ref"]
        self._step("stored")
        return ref
