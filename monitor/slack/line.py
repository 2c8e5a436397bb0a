"""One Socket Mode connection, from its opening to its end; none comes back to life.

The SDK makes the connection and knows its frames. Its client is left out: it takes a
connection for dead when *we* were held up for some seconds, and throws away what people
pressed meanwhile; and it swaps connections under a reader that may stay with the old one
for ever, while Slack hands presses to the new one.
"""

import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

from monitor.slack.errors import translated

log = logging.getLogger(__name__)
STALLED = 30
"""Seconds without a byte after which the SDK drops what it has read of a message. Longer
than a silent line is kept."""
CHUNK = 65536
Heard: TypeAlias = Callable[["Line", Mapping[str, Any]], None]


@dataclass(slots=True, eq=False)
class Line:
    """A connection that stands, and the thread that hears it.

    `heard` is called in that thread, and must not keep it: pongs come the same way.
    """

    connection: Connection
    heard: Heard
    wanted: bool = True
    """False once Slack asked for another in its place; it may still hand things over."""
    answered: bool = False
    """Whether a ping was answered yet."""
    unanswered: int = 0
    """How many pings running went unanswered. Counted, not timed: where this process is
    held up nothing is asked, and what came meanwhile is still to be read."""
    _pong: float | None = None
    _state: ConnectionState = field(default_factory=ConnectionState)
    _reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.connection.on_message_listener = self._read
        self.connection.on_error_listener = self._broken
        self._reader = threading.Thread(
            target=self.connection.run_until_completion,
            args=(self._state,),
            name="slack-line",
            daemon=True,
        )
        self._reader.start()

    def stands(self) -> bool:
        """Say whether it is open and heard, as far as one can see from here."""
        return self.connection.is_active() and not self._state.terminated

    def ping(self) -> None:
        """Look whether the last ping was answered, and send another."""
        pong = self.connection.last_ping_pong_time
        if pong == self._pong:
            self.unanswered += 1
        else:
            self._pong, self.unanswered, self.answered = pong, 0, True
        try:
            self.connection.ping(f"{self.connection.session_id}:{time.time()}")
        except OSError as e:
            self._broken(e)

    def say(self, words: Mapping[str, Any]) -> None:
        """Say something to Slack.

        Raises:
            SlackClientError: the line broke.
        """
        try:
            self.connection.send(json.dumps(words))
        except Exception:
            self._state.terminated = True
            raise

    def hang_up(self) -> None:
        """End it now, without waiting for a word from Slack."""
        self._state.terminated = True
        sock = self.connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)  # wakes whoever reads from it
        self._reader.join()
        self.connection.close()

    def _read(self, raw: str) -> None:
        message = json.loads(raw) if raw.startswith("{") else {}
        if message.get("type") == "disconnect":
            self.wanted = False
        else:
            self.heard(self, message)

    def _broken(self, error: Exception) -> None:
        """Have another made in its place: after a failure frames may be cut anywhere."""
        log.debug("a connection to Slack broke (%s)", type(error).__name__)
        self._state.terminated = True


def dial(app: WebClient, heard: Heard) -> Line:
    """Ask Slack for a connection, and open it.

    Raises:
        Unavailable, Refused: as every call.
        Exception: it does not open.
    """
    with translated("hearing what people press", may_repeat=True):
        answer = app.apps_connections_open(app_token=app.token or "")
    failures: list[Exception] = []
    connection = Connection(
        url=str(answer["url"]),
        logger=app._logger,  # noqa: SLF001 - the quiet one: no ticket is logged
        proxy=app.proxy,
        ssl_context=app.ssl or _trusted(),
        receive_buffer_size=CHUNK,
        on_error_listener=failures.append,
    )
    connection.connect()
    if connection.sock is None:
        raise failures[0] if failures else ConnectionError("Slack took no connection")
    connection.sock.settimeout(STALLED)
    connection.sock = _Ending(connection.sock)  # type: ignore[assignment]
    return Line(connection, heard)


@cache
def _trusted() -> ssl.SSLContext:
    """Read the machine's certificates once: that takes longer than to connect."""
    return ssl.create_default_context()


class _Ending:
    """A socket whose end is an error: the SDK would go on reading nothing from it, as
    fast as it can, until a ping fails.

    But first it reads nothing once, and so hands over what came whole before the end.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._is_at_end = False

    def recv(self, size: int) -> bytes:
        data = self._sock.recv(size)
        if not data and self._is_at_end:
            raise ConnectionAbortedError("Slack hung up")
        self._is_at_end = not data
        return data

    def send(self, data: bytes) -> int:
        self._sock.sendall(data)  # the SDK would not look at what was left over
        return len(data)

    def shutdown(self, how: int) -> None:
        self._sock.shutdown(how)

    def close(self) -> None:
        self._sock.close()
