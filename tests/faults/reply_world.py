"""A platform outside the bot that takes replies over HTTP and outlives every kill."""

import json
import socket
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from connectors import Author, OwnerReply, Posted, Refused, Target, Unavailable
from tests.fakes.connector import EPOCH
from tests.fakes.replier import FakeReplier
from tests.faults.world import PATIENCE, SharedClock

IDLE = timedelta(minutes=10)


class ReplyWorld:
    """Holds back the answer to the next reply where `hold` is set: it is stored, and
    whoever sent it does not know."""

    def __init__(self, clock: SharedClock, *, overwrites: bool) -> None:
        self.clock = clock
        self.platform = FakeReplier(now=clock, overwrites=overwrites)
        self.hold = False
        self.held = threading.Event()
        self.done = False
        self.requests = 0
        self.changed = threading.Condition()
        self.closing = threading.Event()
        self._server = _Server(self)
        self.port = self._server.server_address[1]

    def close(self) -> None:
        self.closing.set()
        self._server.stop()

    def wait_for(self, requests: int) -> None:
        """Wait until it was asked that often, or nothing is left to ask."""

        def ready() -> bool:
            return self.requests >= requests or self.done

        with self.changed:
            assert self.changed.wait_for(ready, PATIENCE), "never asked again"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, world: ReplyWorld) -> None:
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
        with world.changed:
            world.requests += 1
            status, answer = self._act(world, asked)
            hold = world.hold and self.path == "/reply" and status == 200
            world.hold = world.hold and not hold
            world.changed.notify_all()
        if hold:
            world.held.set()
            world.closing.wait(PATIENCE)
        self._answer(status, answer)

    def _act(self, world: ReplyWorld, asked: dict) -> tuple[int, dict]:
        where, platform = _target(asked), world.platform
        try:
            match self.path:
                case "/reply":
                    return 200, _posted(platform.reply(where, asked["text"]))
                case "/standing":
                    return 200, _standing(platform.standing_reply(where))
                case "/find":
                    since = datetime.fromisoformat(asked["since"])
                    found = platform.find_reply(where, asked["text"], since)
                    return 200, _posted(found)
                case "/idle":
                    world.clock.advance(seconds=IDLE.total_seconds())
                case "/done":
                    world.done = True
        except Refused:
            return 403, {}
        except Unavailable as e:
            return (0 if e.unclear else 429 if e.retry_after else 503), {}
        return 200, {}

    def _answer(self, status: int, answer: dict) -> None:
        if not status:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "600")
        self.end_headers()
        self.wfile.write(body)


def _target(asked: dict) -> Target:
    author = Author(handle="ann")
    number = asked.get("id", "")
    return Target(id=number, url="", author=author, posted_at=EPOCH)


def _posted(one: Posted | None) -> dict:
    if one is None:
        return {}
    return {"id": one.id, "url": one.url, "at": one.posted_at.isoformat()}


def _standing(one: OwnerReply | None) -> dict:
    if one is None:
        return {}
    return {
        "text": one.text,
        "at": one.posted_at.isoformat(),
        "id": one.id,
        "author": one.author,
    }
