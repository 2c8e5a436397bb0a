"""A folder with a config and posts, and the program run on it."""

import csv

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from tests.cli.sample import CONFIG, ROWS


@pytest.fixture
def place(tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with (inbox / "posts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "author", "date", "text"))
        writer.writerows(
            (number, "ann", "2026-11-01T10:00:00Z", text) for number, text in ROWS
        )
    return tmp_path


@pytest.fixture
def everyreply(place):
    def run(*args):
        command = [*args, "--config", str(place / "config.yaml")]
        return CliRunner().invoke(app, command, catch_exceptions=False)

    return run
