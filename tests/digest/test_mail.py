"""The digest by e-mail, over a local SMTP server that the real client talks to."""

import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from connectors import Refused, Unavailable
from monitor.config.model import Email
from monitor.digest.charts import Chart
from monitor.digest.mail import Mailer, letter
from tests.digest.sample_report import sample_report

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
CHART = Chart("days", "By day", "most on Thursday", "<svg/>", b"\x89PNG not really")


def settings(port=25, **more):
    values = {
        "host": "127.0.0.1", "port": port, "security": "none",
        "sender": "digest@acme.example", "to": ["ann@acme.example", "bo@acme.example"],
    }  # fmt: skip
    return Email(**(values | more))


def made(**more):
    return letter(sample_report(), [CHART], settings(**more), NOW)


class FakeSmtp:
    """Answers one session by a table: command -> answer, or answers in their order;
    remembers what it took."""

    def __init__(self, answers):
        self.answers, self.taken, self.commands = answers, [], []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]

    def serve(self):
        connection, _ = self.server.accept()
        with connection, connection.makefile("rwb") as file:
            self._say(file, self.answers.get("CONNECT", "220 fake"))
            while line := file.readline():
                if not self._answer(file, line.decode().strip()):
                    return

    def _answer(self, file, line):
        verb = line.split(" ")[0].upper()
        self.commands.append(verb)
        if verb == "DATA":
            self._say(file, "354 go on")
            body = b""
            while (piece := file.readline()) != b".\r\n":
                body += piece
            self.taken.append(body)
            answer = self.answers.get("BODY", "250 taken")
            if answer == "drop":
                return False
            self._say(file, answer)
            return True
        answer = self.answers.get(verb, "221 bye" if verb == "QUIT" else "250 fine")
        self._say(file, answer.pop(0) if isinstance(answer, list) else answer)
        return verb != "QUIT"

    def _say(self, file, text):
        file.write(text.encode() + b"\r\n")
        file.flush()


@contextmanager
def smtp(**answers):
    fake = FakeSmtp(answers)
    thread = threading.Thread(target=fake.serve)
    thread.start()
    try:
        yield fake
    finally:
        fake.server.close()
        thread.join(5)


def test_it_arrives_with_its_charts_inside():
    with smtp() as fake:
        Mailer(settings(fake.port)).send(made())

    mail = message_from_bytes(fake.taken[0], policy=policy.default)
    assert mail["Subject"] == "Northwind Coffee: Week 47, 16 to 22 November 2026"
    assert mail["To"] == "ann@acme.example, bo@acme.example"
    assert "195 mentions" in mail.get_body(("plain",)).get_content()
    assert 'src="cid:days"' in mail.get_body(("html",)).get_content()
    images = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in images] == ["<days>"]
    assert images[0].get_content() == CHART.png


def test_the_same_report_has_the_same_message_id():
    assert made()["Message-ID"] == made()["Message-ID"]
    assert made()["Message-ID"] == "<digest.northwindcoffee.2026-W47@acme.example>"


def test_a_picture_says_what_it_shows_where_pictures_are_off():
    html = made().get_body(("html",)).get_content()

    assert 'alt="most on Thursday"' in html


@pytest.mark.parametrize(
    ("answers", "error", "unclear"),
    [
        ({"CONNECT": "421 busy"}, Unavailable, False),
        ({"CONNECT": "554 no"}, Refused, False),
        ({"MAIL": "451 later"}, Unavailable, False),
        ({"MAIL": "550 no"}, Refused, False),
        ({"RCPT": "450 greylisted"}, Unavailable, False),
        ({"RCPT": "550 who"}, Refused, False),
        ({"BODY": "451 later"}, Unavailable, False),
        ({"BODY": "554 spam"}, Refused, False),
        ({"BODY": "drop"}, Unavailable, True),
    ],
)
def test_every_trouble_is_one_of_our_errors(answers, error, unclear):
    with smtp(**answers) as fake, pytest.raises(error) as raised:
        Mailer(settings(fake.port)).send(made())

    assert str(raised.value).startswith("mail server 127.0.0.1")
    assert getattr(raised.value, "unclear", False) is unclear


def test_a_server_that_hangs_up_rudely_has_taken_it_all_the_same():
    with smtp(QUIT="421 closing") as fake:
        refused = Mailer(settings(fake.port)).send(made())

    assert len(fake.taken) == 1
    assert refused == []


def test_an_address_that_is_not_taken_is_named():
    with smtp(RCPT=["250 fine", "550 who"]) as fake:
        refused = Mailer(settings(fake.port)).send(made())

    assert len(fake.taken) == 1
    assert refused == ["bo@acme.example"]


def test_a_server_that_is_not_there_is_unavailable_and_nothing_went_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(Unavailable) as raised:
        Mailer(settings(port)).send(made())

    assert not raised.value.unclear


def test_the_password_shows_nowhere():
    given = settings(25, user="digest", password="s3cret")  # noqa: S106

    assert "s3cret" not in repr(given) + repr(Mailer(given))
