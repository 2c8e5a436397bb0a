"""Socket Mode: two connections, one router, and a watchdog over both.

https://docs.slack.dev/apis/events-api/using-socket-mode. Slack hands each press to one of
the connections, and never again; it renews them every few hours. Two of them: while one is
renewed, the other one hears what people press. And the old one is heard until the new one
has long stood: what Slack still handed to it is not lost.
"""

import logging
import math
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from connectors import ConnectorError, Unavailable
from monitor.slack.line import Line, dial
from monitor.slack.router import Router

log = logging.getLogger(__name__)
CONNECTIONS = 2
HEARING = 20
"""Threads that take what was heard; opening a window keeps one for as long as it takes."""
APART = 60
"""Ticks between the two first connections, so that Slack renews them apart."""
SILENT = 10
"""Pings running, one per tick, without an answer, after which another line is made."""
LEAVING = 10
"""Ticks for which a line is still heard after another one took its place."""
MOST_WAIT = 60
"""The most ticks between two tries, however long Slack is away."""
GHOSTS = 6
"""Slack takes ten connections; so many are more than we can have."""
TOLD = 120
"""Ticks without any connection after which the operator is told, and told again, should
it not have been possible; it reaches them once a day."""


@dataclass(slots=True)
class _Place:
    """Where one line stands, and the one before it goes; times are ticks."""

    next_try: int
    failures: int = 0
    line: Line | None = None
    old: Line | None = None
    old_until: int = 0

    def lines(self) -> list[Line]:
        return [line for line in (self.line, self.old) if line is not None]


@dataclass(slots=True)
class Socket:
    """Hears what people press. `tell` tells the operator, once per key."""

    app: WebClient
    router: Router
    tell: Callable[[str, str], None]
    tick: float = 1.0
    apart: int = APART
    silent: int = SILENT
    _places: list[_Place] = field(default_factory=list)
    _hearing: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(HEARING, "slack-heard")
    )
    _stopping: threading.Event = field(default_factory=threading.Event)
    _watch: threading.Thread | None = None
    _down_since: int = 0

    def start(self) -> None:
        """Begin to listen; connecting goes on by itself, also while Slack is away."""
        self._places = [_Place(next_try=n * self.apart) for n in range(CONNECTIONS)]
        self._watch = threading.Thread(
            target=self._watching, name="slack-watchdog", daemon=True
        )
        self._watch.start()

    def stop(self) -> None:
        """Stop listening, and finish what was acknowledged."""
        self._stopping.set()
        if self._watch is not None:
            self._watch.join()
        # What was taken is acknowledged before the line is cut.
        self._hearing.shutdown(wait=True)
        for place in self._places:
            for line in place.lines():
                line.hang_up()
        self.router.close()

    def connections(self) -> int:
        """Return how many connections stand."""
        lines = [place.line for place in self._places]
        return sum(line is not None and self._speaks(line) for line in lines)

    def _heard(self, line: Line, message: Mapping[str, Any]) -> None:
        # Stopping already: it stays unacknowledged, and Slack says so to the person.
        with suppress(RuntimeError):
            self._hearing.submit(self._take, line, message)

    def _take(self, line: Line, message: Mapping[str, Any]) -> None:
        try:
            if message.get("type") == "hello":
                self._count(message.get("num_connections"))
            elif request := SocketModeRequest.from_dict(dict(message)):
                self._hand_over(line, request)
        except Exception:
            log.exception("what Slack said met a defect")

    def _hand_over(self, line: Line, request: SocketModeRequest) -> None:
        def ack(answer: Mapping[str, Any] | None) -> None:
            response = SocketModeResponse(
                envelope_id=request.envelope_id,
                payload=dict(answer) if answer else None,
            )
            try:
                line.say(response.to_dict())
            except SlackClientError:
                # What was pressed is done all the same: Slack hands it over once.
                log.warning("a connection to Slack broke before it was acknowledged")

        self.router.take(request.type, request.payload, ack, request.envelope_id)

    def _count(self, count: object) -> None:
        """Look at how many connections Slack counts: dead ones take our envelopes."""
        if isinstance(count, int) and count >= GHOSTS:
            self._said(
                "slack:ghosts",
                f"Slack counts {count} connections of this app and hands some presses "
                "to dead ones; see that everyreply runs once only, or wait an hour",
            )

    def _watching(self) -> None:
        at = 0
        while not self._stopping.is_set():
            for place in self._places:
                try:
                    self._look_after(place, at)
                except Exception:
                    log.exception("looking after a connection to Slack failed")
            try:
                self._tell_down(at)
            except Exception:
                # A database that is full or locked must not end the watch.
                log.exception("the operator cannot be told that Slack is away")
            at += 1
            self._stopping.wait(self.tick)

    def _look_after(self, place: _Place, at: int) -> None:
        old, line = place.old, place.line
        if old is not None and (at >= place.old_until or not old.stands()):
            place.old = None
            old.hang_up()
        if line is not None:
            line.ping()
            if line.wanted and self._speaks(line):
                if line.answered:
                    place.failures = 0
                return
        if at >= place.next_try:
            self._renew(place, at)

    def _speaks(self, line: Line) -> bool:
        return line.stands() and line.unanswered < self.silent

    def _renew(self, place: _Place, at: int) -> None:
        """Make a new line first: until it stands, and for a while after, the one before
        is heard, for Slack may still hand something to it."""
        place.failures += 1
        wait = min(2**place.failures, MOST_WAIT)
        try:
            fresh = dial(self.app, self._heard)
        except Exception as e:  # noqa: BLE001 - whatever it is, it is tried again
            said = e if isinstance(e, ConnectorError) else type(e).__name__
            log.warning("Slack cannot be heard: %s", said)
            if isinstance(e, Unavailable) and e.retry_after:
                wait = max(wait, math.ceil(e.retry_after.total_seconds()))
            return
        finally:
            place.next_try = at + wait
        if place.old is not None:
            place.old.hang_up()
        place.old, place.old_until = place.line, at + LEAVING
        place.line = fresh

    def _tell_down(self, at: int) -> None:
        if self.connections() or at < APART:
            self._down_since = at
        elif (at - self._down_since) % TOLD == 0:
            self._said(
                "slack:deaf",
                "no connection to Slack stands, so buttons do nothing; run everyreply "
                "slack check",
            )

    def _said(self, key: str, words: str) -> None:
        log.warning(words)
        self.tell(key, words)
