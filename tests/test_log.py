import logging
import sys

import pytest

from monitor.cli.log import LINE, Discreet

WORDS = "my number is 0170 1234567"


def record_of(error):
    error.__context__ = KeyError(WORDS)
    try:
        raise error
    except ValueError:
        return logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, "it \x1b[2J failed", None, sys.exc_info()
        )


def test_exception_is_logged_with_its_place_and_without_its_words():
    line = Discreet(LINE, in_full=False).format(record_of(ValueError(WORDS)))

    assert "ValueError" in line
    assert "record_of" in line
    assert WORDS not in line


def test_verbose_log_has_the_words():
    line = Discreet(LINE, in_full=True).format(record_of(ValueError(WORDS)))

    assert WORDS in line


@pytest.mark.parametrize("in_full", [True, False])
def test_log_steers_no_terminal(in_full):
    line = Discreet(LINE, in_full=in_full).format(record_of(ValueError("\x9b2J")))

    assert "\x1b" not in line
    assert "\x9b" not in line
