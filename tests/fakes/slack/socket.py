"""Socket Mode as the app sees it: envelopes out, acknowledgements in, cuts."""

import base64
import hashlib
import json
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
PATIENCE = 30
"""Seconds for what comes in no time, unless the machine is busy with something else."""


@dataclass
class Envelope:
    """Something handed over, and what the app said to it."""

    body: dict
    sent: float = 0
    handed: int = 0
    """How often it was handed to a connection; 0: none stood, and it is lost."""
    ack: dict | None = None
    seconds: float | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds=PATIENCE):
        """Return the acknowledgement's payload ({} for a bare one); None: none came."""
        return (self.ack.get("payload") or {}) if self.done.wait(seconds) else None


class Sockets:
    """The app's connections; each envelope goes to one of them."""

    def __init__(self, space):
        self.space = space
        self.envelopes = {}
        self.acks = []
        self.opened = 0
        self.mute = False
        self._live = []
        self._turn = 0
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)

    def wait_for(self, count, seconds=PATIENCE):
        """Wait until so many connections stand; say whether they do."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._live) >= count, seconds)

    def wait_opened(self, count, seconds=PATIENCE):
        with self._changed:
            return self._changed.wait_for(lambda: self.opened >= count, seconds)

    def send(self, kind, payload, **more):
        """Hand an envelope to one connection; without one it waits for nobody."""
        number = f"env-{self.space.number()}"
        body = {"envelope_id": number, "type": kind, "payload": payload} | more
        envelope = self.envelopes[number] = Envelope(body)
        self.redeliver(envelope)
        return envelope

    def redeliver(self, envelope):
        """Hand the same envelope over (again), as Slack does with events."""
        with self._lock:
            live = list(self._live)
            self._turn += 1
        if live:
            envelope.sent = time.monotonic()
            envelope.handed += 1
            live[self._turn % len(live)].write(TEXT, json.dumps(envelope.body))

    def refresh(self, reason="refresh_requested"):
        """Ask every connection to come anew, as Slack does every few hours.

        What is handed over from then on goes to those that came anew; but after a
        "warning" also to the old ones, for the ten seconds in which Slack keeps them.
        """
        with self._lock:
            leaving = list(self._live)
            if reason != "warning":
                self._live.clear()
        for link in leaving:
            link.write(TEXT, json.dumps({"type": "disconnect", "reason": reason}))

    def cut(self):
        """Reset every connection without a close frame."""
        with self._lock:
            live, self._live[:] = list(self._live), []
        for link in live:
            link.cut()

    def half_close(self):
        """Say no more on any connection, and hear on, as a proxy in between may do."""
        with self._lock:
            live, self._live[:] = list(self._live), []
        for link in live:
            link.cut(socket.SHUT_WR)

    def serve(self, handler):
        """Keep one connection until it ends; runs in the request's own thread."""
        key = handler.headers["Sec-WebSocket-Key"] + MAGIC
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()  # noqa: S324 - RFC 6455
        connection = handler.connection
        connection.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        link = _Link(connection)
        with self._changed:
            count = len(self._live) + 1
            # The hello is the first that is said, also where something is to be handed
            # over at this very moment.
            hello = {"type": "hello", "num_connections": count}
            link.write(TEXT, json.dumps(hello | {"connection_info": {"app_id": "A0"}}))
            self._live.append(link)
            self.opened += 1
            self._changed.notify_all()
        with suppress(OSError, EOFError):
            self._listen(link, handler.rfile)
        with self._changed:
            if link in self._live:
                self._live.remove(link)
            self._changed.notify_all()

    def _listen(self, link, stream):
        while True:
            opcode, data = _read(stream)
            if opcode == CLOSE:
                return
            if self.mute:
                continue  # a dead line takes everything and says nothing
            if opcode == PING:
                link.write(PONG, data)
            elif opcode == TEXT:
                self._take(json.loads(data))

    def _take(self, ack):
        self.acks.append(ack)
        envelope = self.envelopes.get(ack.get("envelope_id"))
        if envelope and not envelope.done.is_set():
            envelope.seconds = time.monotonic() - envelope.sent
            envelope.ack = ack
            envelope.done.set()


class _Link:
    """One connection, which several threads write to: one frame at a time."""

    def __init__(self, connection):
        self._connection = connection
        self._lock = threading.Lock()

    def write(self, opcode, data):
        body = data.encode() if isinstance(data, str) else data
        if len(body) < 126:
            head = struct.pack("!BB", 0x80 | opcode, len(body))
        elif len(body) < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 126, len(body))
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 127, len(body))
        with suppress(OSError), self._lock:
            self._connection.sendall(head + body)

    def cut(self, how=socket.SHUT_RDWR):
        with suppress(OSError):
            self._connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            self._connection.shutdown(how)


def _read(stream):
    first, second = _exactly(stream, 2)
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack("!H", _exactly(stream, 2))
    elif length == 127:
        (length,) = struct.unpack("!Q", _exactly(stream, 8))
    mask = _exactly(stream, 4) if second & 0x80 else b"\0\0\0\0"
    body = _exactly(stream, length)
    return first & 0x0F, bytes(b ^ mask[n % 4] for n, b in enumerate(body))


def _exactly(stream, count):
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
