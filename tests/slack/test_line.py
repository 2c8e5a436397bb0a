"""One connection: what is heard of it, however it ends."""

import json
import logging
import socket
import struct

import pytest
from slack_sdk.socket_mode.builtin.connection import Connection

from monitor.slack.line import Line, _Ending
from tests.slack.house import PATIENCE

CLOSE, EMPTY_CLOSE = b"\x88\x02\x03\xe8", b"\x88\x00"


def text(words):
    body = json.dumps(words).encode()
    return struct.pack("!BBH", 0x81, 126, len(body)) + body


def heard_of(data):
    """Return what is heard of a connection over which this came, and then its end."""
    ours, theirs = socket.socketpair()
    theirs.sendall(data)
    theirs.close()
    connection = Connection("ws://slack", logging.getLogger("slack-line"))
    connection.sock = _Ending(ours)
    heard = []
    line = Line(connection, lambda _, message: heard.append(message["n"]))
    line._reader.join(PATIENCE)
    assert not line.stands()
    line.hang_up()
    return heard


@pytest.mark.parametrize(
    "end",
    [b"", CLOSE, EMPTY_CLOSE, text({"n": 3})[:9], b"\x89\x00", b"\x81\x7e\x00\x09"],
)
@pytest.mark.parametrize("pressed", [[], [1], [1, 2]])
def test_what_came_whole_before_the_end_is_heard(pressed, end):
    assert heard_of(b"".join(text({"n": n}) for n in pressed) + end) == pressed
