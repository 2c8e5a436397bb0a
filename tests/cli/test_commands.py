"""The commands, as people type them, over real files, database and model."""

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from monitor.cli import app
from tests.cli.sample import CONFIG

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "run", "demo", "check", "match", "poll", "import", "status", "audit", "mentions",
    "migrate", "model evaluate", "model explain", "model correct", "model corrections",
)  # fmt: skip


def test_every_command_has_help_with_an_example():
    for command in COMMANDS:
        shown = CliRunner().invoke(app, [*command.split(), "--help"])

        assert shown.exit_code == 0
        assert "Example" in shown.output, command


def test_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [c for c in COMMANDS if f"`everyreply {c.split()[0]}" not in readme] == []


def test_check_says_all_faults_at_once(everyreply, place):
    (place / "config.yaml").write_text(
        CONFIG.replace("path: inbox", "path: nowhere").replace(
            "name: inbox", "name: a"
        ),
        encoding="utf-8",
    )

    shown = everyreply("check")

    assert shown.exit_code == 1
    lines = shown.output.splitlines()
    assert any(line.startswith("ok   config: 2 brands, 1 sources") for line in lines)
    assert any(line.startswith("FAIL source a: ") for line in lines)
    assert any(line.startswith("ok   model: ") for line in lines)


def test_check_of_a_right_config_exits_0(everyreply):
    assert everyreply("check").exit_code == 0


def test_wrong_config_exits_2_with_the_line_of_every_fault(everyreply, place):
    (place / "config.yaml").write_text("brands:\n  - nam: A\n", encoding="utf-8")

    shown = everyreply("status")

    assert shown.exit_code == 2
    assert 'config.yaml:2:5: brands[0].nam: unknown setting, did you mean "name"?' in (
        shown.output
    )


def test_unreachable_database_is_one_line_without_its_password(everyreply, place):
    url = '"postgresql://me:${DB_PASSWORD}@127.0.0.1:1/nothing"'
    broken = CONFIG.replace("sqlite:///test.db", url)
    (place / "config.yaml").write_text(broken, encoding="utf-8")

    result = subprocess.run(
        [sys.executable, "-m", "monitor", "status", "-c", str(place / "config.yaml")],
        env={"DB_PASSWORD": "s3cret", "PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 3
    assert "s3cret" not in result.stdout + result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "127.0.0.1" in result.stderr


def test_migrate_says_the_version(everyreply):
    assert "the database is at version 0004" in everyreply("migrate").output


def test_demo_runs_the_sample_and_adds_up():
    shown = CliRunner().invoke(app, ["demo"], catch_exceptions=False)

    assert shown.exit_code == 0
    assert "It adds up: every mention is accounted for." in shown.output
    assert shown.output.count("╭─") > 50


def test_python_m_monitor_is_the_same_program():
    shown = subprocess.run(
        [sys.executable, "-m", "monitor", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "Every public comment gets a response." in shown.stdout


def test_check_does_not_ask_a_source_whose_secret_is_missing(everyreply, place):
    feed = (
        '\n  - {type: rss, name: news, url: "https://feed.example/${NOT_SET_HERE}"}\n'
    )
    text = CONFIG.replace("settle: 0.001s}\n", "settle: 0.001s}" + feed)
    (place / "config.yaml").write_text(text, encoding="utf-8")

    shown = everyreply("check").output

    assert "FAIL secrets: " in shown
    assert "source news" not in shown
    assert "source inbox" in shown


def test_version_is_printed():
    assert CliRunner().invoke(app, ["--version"]).output.startswith("everyreply 0.")
