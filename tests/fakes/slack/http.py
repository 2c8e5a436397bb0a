"""The fake's edge: HTTP for the Web API and uploads, WebSocket for Socket Mode."""

import json
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.slack import files, methods
from tests.fakes.slack.faults import SlackError
from tests.fakes.slack.workspace import Workspace


@contextmanager
def serving_slack(clock=None):
    """Run a workspace for the time of the block."""
    httpd = _Httpd(("127.0.0.1", 0), _Handler)
    httpd.space = Workspace(clock)
    httpd.space.port = httpd.server_port
    httpd.stopping = threading.Event()
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield httpd.space
    finally:
        httpd.stopping.set()
        httpd.space.sockets.cut()
        httpd.shutdown()
        thread.join()
        httpd.server_close()


class _Httpd(ThreadingHTTPServer):
    space: Workspace
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A client that went away is part of many tests, and no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Httpd

    def do_GET(self):
        if self.path.startswith("/link/"):
            self.server.space.sockets.serve(self)
            self.close_connection = True
        else:
            self.do_POST()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = urlsplit(self.path).path
        if path.startswith("/upload/"):
            status = files.receive(self.server.space, path.rpartition("/")[2], body)
            self._send(b"OK", status)
        else:
            self._call(path.rpartition("/")[2], self._args(body))

    def _args(self, body):
        if "json" in self.headers.get("content-type", ""):
            return json.loads(body or b"{}")
        given = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return {name: _read(value) for name, value in given.items()}

    def _call(self, method, args):
        space = self.server.space
        with space.lock:
            channel = args.get("channel")
            space.calls.append((method, args))
            fault = space.faults.take(method, channel)
        if space.faults.down or (fault and fault.how == "drop_before"):
            _reset(self.connection)
        elif fault and fault.how == "busy":
            self._busy(fault.retry_after)
        elif fault and fault.how == "http_before":
            self._send(b"<html>trouble</html>", fault.status, kind="text/html")
        else:
            self._do(method, args, fault)

    def _do(self, method, args, fault):
        space = self.server.space
        with space.lock:
            wait = space.rates.wait(method, args.get("channel"))
            answer = None if wait else self._answer(method, args, fault)
        if wait:
            self._busy(wait)
        elif fault and fault.how == "drop_after":
            _reset(self.connection)
        elif fault and fault.how == "http_after":
            self._send(b"<html>trouble</html>", fault.status, kind="text/html")
        else:
            if fault and fault.how == "late":
                self.server.stopping.wait(fault.seconds)
            self._send(json.dumps(answer).encode())

    def _answer(self, method, args, fault):
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        if fault and fault.how == "error":
            return {"ok": False, "error": fault.code}
        try:
            return methods.call(self.server.space, method, token, args)
        except SlackError as e:
            return {"ok": False, "error": e.code} | e.more

    def _busy(self, seconds):
        body = json.dumps({"ok": False, "error": "ratelimited"}).encode()
        self._send(body, 429, {"Retry-After": str(seconds)})

    def _send(self, body, status=200, headers=(), kind="application/json"):
        with suppress(OSError):
            self.send_response(status)
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            scopes = ",".join(sorted(self.server.space.scopes))
            self.send_header("X-OAuth-Scopes", scopes)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def date_time_string(self, timestamp=None):
        """Slack's own clock is the test's."""
        return super().date_time_string(self.server.space.now())

    def log_message(self, *args):
        """Keep the tests' output to the tests."""


def _read(value):
    """Form fields hold JSON where they are more than a word."""
    return json.loads(value) if value[:1] in ("{", "[") else value


def _reset(connection):
    """Close so that the other side gets an error, not a polite end."""
    linger = struct.pack("ii", 1, 0)
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.close()
