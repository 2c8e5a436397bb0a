"""The world outside the bot, owned by the test process: a platform and a channel.

It outlives every worker that is killed, so what it saw is what the world saw.
"""

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
PATIENCE = 60
"""Seconds after which a worker that does not come is taken to hang."""


class SharedClock:
    """A time in a file: one process sets it, others read it, and it survives both."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    @classmethod
    def starting(cls, path: Path) -> "SharedClock":
        clock = cls(path)
        clock._write(START)
        return clock

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text())

    def advance(self, **delta: float) -> None:
        with self._lock:
            self._write(self() + timedelta(**delta))

    def _write(self, time: datetime) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(time.isoformat())
        fresh.replace(self.path)


@dataclass(frozen=True)
class Message:
    kind: str
    post_key: str
    text: str


def nothing(_number: int) -> None:
    """No fault."""


@dataclass
class World:
    """Shows posts by pages and stores messages; misbehaves as told.

    `poll_fault` and `send_fault` get the number of the request, from 1, and name what
    goes wrong with it. `held` holds back the answers of single sources.
    """

    clock: SharedClock
    page: int = 50
    posts: dict[str, list[dict]] = field(default_factory=dict)
    journal: list[Message] = field(default_factory=list)
    poll_fault: Callable[[int], str | None] = nothing
    send_fault: Callable[[int], str | None] = nothing
    idle_step: timedelta = timedelta(minutes=10)
    held: dict[str, threading.Event] = field(default_factory=dict)
    polls: Counter = field(default_factory=Counter)
    sends: int = 0
    requests: int = 0
    idles: int = 0
    done: bool = False
    inside: Counter = field(default_factory=Counter)
    most_inside: Counter = field(default_factory=Counter)
    faults_shown: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.changed = threading.Condition()
        self.closing = threading.Event()
        self._ticker: threading.Thread | None = None
        self._server = _Server(self)
        self.port = self._server.server_address[1]

    def let_time_pass(self, seconds: float) -> None:
        """Move the clock by `seconds`, twenty times a second, until closed."""

        def tick() -> None:
            while not self.closing.wait(0.05):
                self.clock.advance(seconds=seconds)

        self._ticker = threading.Thread(target=tick)
        self._ticker.start()

    def close(self) -> None:
        self.closing.set()
        if self._ticker:
            self._ticker.join()
        for event in self.held.values():
            event.set()
        self._server.stop()

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Wait until something is so; a world where it never is fails the test."""
        with self.changed:
            assert self.changed.wait_for(ready, PATIENCE), f"never: {what}"

    def of(self, kind: str) -> list[Message]:
        return [one for one in self.journal if one.kind == kind]

    def ref(self, post_key: str) -> str | None:
        keys = [one.post_key for one in self.journal]
        return f"ts-{keys.index(post_key)}" if post_key in keys else None

    def note(self, change: Callable[[], None]) -> None:
        with self.changed:
            change()
            self.changed.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, world: World) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.world = world
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request, client_address) -> None:
        """Say nothing: whoever asked was killed meanwhile."""


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *args) -> None:
        pass

    def do_POST(self) -> None:
        world = self.server.world
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        world.note(lambda: setattr(world, "requests", world.requests + 1))
        what, _, source = self.path.strip("/").partition("/")
        match what:
            case "poll":
                self._poll(world, source, asked["cursor"])
            case "send":
                self._send(world, Message(**asked))
            case "find":
                self._find(world, asked["post_key"])
            case "idle":
                self._idle(world)
            case "done":
                self._answer({})
                world.note(lambda: setattr(world, "done", True))

    def _poll(self, world: World, source: str, cursor: dict | None) -> None:
        with world.changed:
            world.polls[source] += 1
            number = sum(world.polls.values())
            world.inside[source] += 1
            world.most_inside[source] = max(
                world.most_inside[source], world.inside[source]
            )
            world.changed.notify_all()
        try:
            if source in world.held:
                world.held[source].wait(PATIENCE)
            fault = world.poll_fault(number)
            shown = _page(world, source, cursor, fault)
        finally:
            world.note(lambda: world.inside.subtract([source]))
        self._with_fault(world, fault, shown)

    def _send(self, world: World, message: Message) -> None:
        with world.changed:
            world.sends += 1
            fault = world.send_fault(world.sends)
        if fault in ("drop_before", "busy", "down", "refuse"):
            self._with_fault(world, fault, {})
            return
        world.note(lambda: world.journal.append(message))
        self._with_fault(world, fault, {"ref": world.ref(message.post_key)})

    def _find(self, world: World, post_key: str) -> None:
        if world.send_fault(0) == "down":
            self._answer({}, 503)
        else:
            self._answer({"ref": world.ref(post_key)})

    def _idle(self, world: World) -> None:
        world.clock.advance(seconds=world.idle_step.total_seconds())
        world.note(lambda: setattr(world, "idles", world.idles + 1))
        self._answer({})

    def _with_fault(self, world: World, fault: str | None, answer: dict) -> None:
        if fault:
            world.note(lambda: world.faults_shown.update([fault]))
        match fault:
            case "drop_before" | "drop_after":
                self._hang_up()
            case "hang":
                world.closing.wait(PATIENCE)
                self._hang_up()
            case "cut":
                self._answer(answer, cut=True)
            case "busy":
                self._answer({}, 429)
            case "down":
                self._answer({}, 503)
            case "refuse":
                self._answer({}, 403)
            case _:
                self._answer(answer)

    def _answer(self, answer: dict, status: int = 200, *, cut: bool = False) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "7200")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)

    def _hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)


def _page(world: World, source: str, cursor: dict | None, fault: str | None) -> dict:
    """Return one page, oldest first, from where the cursor stands."""
    posts = world.posts[source]
    at = (cursor or {}).get("at", 0)
    size = 1 if fault == "short" else world.page
    to = min(at + size, len(posts))
    shown = posts[at:to]
    if fault == "overlap":
        shown = posts[max(at - 30, 0) : to]
    if fault == "twice":
        shown = [post for post in shown for _ in range(2)]
    if fault == "old":
        shown, to = posts[: world.page], at
    return {"posts": shown, "cursor": {"at": to}, "more": to < len(posts)}
