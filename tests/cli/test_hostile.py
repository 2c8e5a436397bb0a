"""Strangers' words in what the commands print."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.sample import CONFIG

ROOT = Path(__file__).parents[2]
EVIL = "acme \x1b[31mred\x9b2J\u202e"


@pytest.fixture
def evil(place):
    with (place / "inbox" / "posts.csv").open("w", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("id", "author", "date", "text", "url")]
            + [
                (f"{n}\x1b[5m", "ann\x9b", "2026-11-01", f"{word} {EVIL}", "x\x1b[2J")
                for n, word in enumerate(("acme", "jobs", "rival"))
            ]
        )


@pytest.mark.usefixtures("evil")
@pytest.mark.parametrize(
    "command",
    [
        "poll inbox --dry-run",
        "poll inbox",
        "mentions",
        "mentions 1",
        "mentions --csv",
        "mentions --json",
        "match --stored",
        "match --stored --json",
        "status",
        "audit",
    ],
)
def test_no_command_lets_a_stranger_steer_the_terminal(everyreply, place, command):
    if command != "poll inbox --dry-run":
        everyreply("poll", "inbox")
    if "--stored" in command:
        edited = CONFIG.replace("[acme]", "[nothing]").replace("[rival]", "[red]")
        (place / "config.yaml").write_text(edited, encoding="utf-8")

    shown = everyreply(*command.split())

    assert shown.exit_code == 0
    assert not set(shown.stdout) & set("\x1b\x9b\u202e")


@pytest.mark.usefixtures("evil")
def test_json_is_exact_all_the_same(everyreply):
    everyreply("poll", "inbox")

    found = json.loads(everyreply("mentions", "--json").stdout)

    assert found[0]["text"] == f"acme {EVIL}"


def test_terminal_without_unicode_shows_numbers_instead(everyreply, place):
    everyreply("poll", "inbox")

    command = ["mentions", "1", "--config", str(place / "config.yaml")]
    shown = subprocess.run(
        [sys.executable, "-m", "monitor", *command],
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert shown.returncode == 0, shown.stderr
