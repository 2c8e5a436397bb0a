"""A platform's edge on 127.0.0.1: answers as told, breaks as told, remembers.

with serving() as server:
    server.on("/feed", Reply(b"...", headers={"ETag": '"1"'}))
    ...
    assert server.requests[0].headers["accept"] == "..."
"""

import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    `cut` sends only so many bytes of the body: with `length` under a
    Content-Length that promises all of it, without it as if that were the end.
    `delay` waits so many seconds before answering, `drip` after each byte. `drop`
    closes the connection after the request was read, without a word.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    length: bool = True
    delay: float = 0
    drip: float = 0
    drop: bool = False


Answerer: TypeAlias = Callable[[Request], Reply]


class FakeServer:
    """Answers by path: each with its replies in turn, the last one for ever."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.requests: list[Request] = []
        self.drop_connections = 0
        """How many connections to close before reading anything."""
        self._answers: dict[str, deque[Reply] | Answerer] = {}
        self.stopping = threading.Event()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def on(self, path: str, *replies: Reply | Answerer) -> None:
        """Answer `path` with these in turn, or with what a function returns."""
        first = replies[0]
        if callable(first):
            self._answers[path] = first
        else:
            self._answers[path] = deque(r for r in replies if isinstance(r, Reply))

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        answer = self._answers.get(request.path, self._answers.get("*"))
        if answer is None:
            return Reply(b"nothing here", 404)
        if callable(answer):
            return answer(request)
        return answer.popleft() if len(answer) > 1 else answer[0]


@contextmanager
def serving() -> Iterator[FakeServer]:
    """Run a server for the time of the block."""
    httpd = _Httpd(("127.0.0.1", 0), _Handler)
    httpd.fake = FakeServer(httpd.server_port)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield httpd.fake
    finally:
        httpd.fake.stopping.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()


class _Httpd(ThreadingHTTPServer):
    fake: FakeServer

    def verify_request(self, request: Any, client_address: Any) -> bool:
        if self.fake.drop_connections:
            self.fake.drop_connections -= 1
            _reset(request)
            return False
        return True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of many tests, and no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Httpd

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        request = Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        self._send(self.server.fake.answer(request))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # whatever the method
            return self._handle
        raise AttributeError(name)

    def _send(self, reply: Reply) -> None:
        self.server.fake.stopping.wait(reply.delay)
        if reply.drop:
            _reset(self.connection)
            return
        with suppress(OSError):
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.length and reply.status not in {204, 304}:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self._send_body(reply)

    def _send_body(self, reply: Reply) -> None:
        body = reply.body[: reply.cut]
        if not reply.drip:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.server.fake.stopping.wait(reply.drip):
                return

    def log_message(self, *args: Any) -> None:
        """Keep the tests' output to the tests."""


def _reset(connection: socket.socket) -> None:
    """Close so that the other side gets an error, not a polite end."""
    linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()
