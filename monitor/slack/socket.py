"""Socket Mode: two connections, one router, and a watchdog over both.

https://docs.slack.dev/apis/events-api/using-socket-mode. The SDK's own reconnecting
asks Slack every second for as long as it is away, and does not see a connection that
never answers a ping; so we do both here. Two connections: while Slack has one come
anew, the other one hears what people press. Slack hands each envelope to one of them.
"""

import logging
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from monitor.slack.router import Router

log = logging.getLogger(__name__)
CONNECTIONS = 2
APART = 60
"""Ticks between the two first connections, so that Slack renews them apart."""
SILENT = 10
"""Ticks without an answer to a ping, after which a connection is made anew."""
MOST_WAIT = 60
"""The most ticks between two tries, however long Slack is away."""
GHOSTS = 6
"""Slack takes ten connections; so many are more than we can have."""
TOLD = 120
"""Ticks without any connection after which the operator is told."""


@dataclass(slots=True)
class _Line:
    """One connection, as the watchdog sees it; times are ticks."""

    client: SocketModeClient
    next_try: int
    failures: int = 0
    pong: float | None = None
    pong_at: int = 0
    session: str | None = None


@dataclass(slots=True)
class Socket:
    """Hears what people press. `tell` tells the operator, once per key."""

    app: WebClient
    router: Router
    tell: Callable[[str, str], None]
    tick: float = 1.0
    apart: int = APART
    _lines: list[_Line] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _watch: threading.Thread | None = None
    _down_since: int = 0

    def start(self) -> None:
        """Begin to listen; connecting goes on by itself, also while Slack is away."""
        self._lines = [
            _Line(self._client(), next_try=n * self.apart) for n in range(CONNECTIONS)
        ]
        self._watch = threading.Thread(
            target=self._watching, name="slack-watchdog", daemon=True
        )
        self._watch.start()

    def stop(self) -> None:
        """Stop listening, and finish what was acknowledged."""
        self._stopping.set()
        if self._watch is not None:
            self._watch.join()
        for line in self._lines:
            # What was heard is acknowledged before the line is cut.
            line.client.message_workers.shutdown(wait=True)
            _hang_up(line.client)
            line.client.close()
        self.router.close()

    def connections(self) -> int:
        """Return how many connections stand."""
        return sum(line.client.is_connected() for line in self._lines)

    def _client(self) -> SocketModeClient:
        client = SocketModeClient(
            app_token=self.app.token or "",
            web_client=self.app,
            logger=self.app._logger,  # noqa: SLF001 - the quiet one: no token is logged
            auto_reconnect_enabled=False,
            ping_interval=self.tick,
        )
        client.message_listeners.append(self._heard)
        client.socket_mode_request_listeners.append(self._taken)
        return client

    def _taken(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        def ack(answer: Mapping[str, Any] | None) -> None:
            response = SocketModeResponse(
                envelope_id=request.envelope_id,
                payload=dict(answer) if answer else None,
            )
            try:
                client.send_socket_mode_response(response)
            except SlackClientError:
                # What was pressed is done all the same: Slack hands it over once.
                log.warning("a connection to Slack broke before it was acknowledged")

        self.router.take(request.type, request.payload, ack, request.envelope_id)

    def _heard(
        self,
        client: BaseSocketModeClient,  # noqa: ARG002 - as the SDK calls it
        message: dict[str, Any],
        raw: str | None,  # noqa: ARG002 - the same
    ) -> None:
        """Look at how many connections Slack counts: dead ones take our envelopes."""
        count = message.get("num_connections")
        if message.get("type") != "hello" or not isinstance(count, int):
            return
        if count >= GHOSTS:
            self._said(
                "slack:ghosts",
                f"Slack counts {count} connections of this app and hands some presses "
                "to dead ones; see that everyreply runs once only, or wait an hour",
            )

    def _watching(self) -> None:
        at = 0
        while not self._stopping.is_set():
            for line in self._lines:
                try:
                    self._look_after(line, at)
                except Exception:
                    log.exception("looking after a connection to Slack failed")
            try:
                self._tell_down(at)
            except Exception:
                # A database that is full or locked must not end the watch.
                log.exception("the operator cannot be told that Slack is away")
            at += 1
            self._stopping.wait(self.tick)

    def _look_after(self, line: _Line, at: int) -> None:
        if line.client.connect_operation_lock.locked():
            line.pong_at = at
            return  # Slack asked for a new connection, and it is being made
        if at < line.next_try:
            return
        if line.client.is_connected() and not self._is_silent(line, at):
            line.failures = 0
            return
        self._reconnect(line)
        if line.client.is_connected():
            line.session, line.pong_at = line.client.session_id(), at
            return
        line.failures += 1
        line.next_try = at + min(2**line.failures, MOST_WAIT)

    def _is_silent(self, line: _Line, at: int) -> bool:
        """Say whether pings go unanswered: to a dead line one can write for long."""
        session = line.client.current_session
        pong = session.last_ping_pong_time if session else None
        if pong != line.pong or line.client.session_id() != line.session:
            line.pong, line.pong_at = pong, at
            line.session = line.client.session_id()
        return at - line.pong_at >= SILENT

    def _reconnect(self, line: _Line) -> None:
        try:
            # Dead already; but were it closed while it is replaced, the SDK would
            # trip over it and leave the new one standing with nobody to hear it.
            _cut(line.client)
            line.client.connect_to_new_endpoint(force=True)
        except Exception as e:  # noqa: BLE001 - whatever it is, it is tried again
            code = getattr(getattr(e, "response", None), "data", {})
            why = code.get("error") if isinstance(code, dict) else None
            log.warning("Slack cannot be heard: %s", why or type(e).__name__)

    def _tell_down(self, at: int) -> None:
        if self.connections() or at < APART:
            self._down_since = at
        elif at - self._down_since == TOLD:
            self._said(
                "slack:deaf",
                "no connection to Slack stands, so buttons do nothing; run everyreply "
                "slack check",
            )

    def _said(self, key: str, words: str) -> None:
        log.warning(words)
        self.tell(key, words)


def _hang_up(client: SocketModeClient) -> None:
    """End the connection now: the SDK would wait for words from Slack first."""
    client.closed = True
    client.message_queue.put(None)
    _cut(client)


def _cut(client: SocketModeClient) -> None:
    session = client.current_session
    sock = session.sock if session else None
    if session is None or sock is None:
        return
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)  # wakes whoever reads from it
    with suppress(AttributeError):  # two may close it at once
        session.close()
