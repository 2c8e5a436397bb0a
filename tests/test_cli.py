"""The commands, as people type them, over real files, database and model."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from typer.testing import CliRunner

from monitor.cli import app
from monitor.store import Database

ROOT = Path(__file__).parents[1]
COMMANDS = (
    "run", "demo", "check", "match", "poll", "import", "status", "audit", "mentions",
    "migrate",
)  # fmt: skip

CONFIG = """\
brands:
  - name: Acme
    keywords: [acme]
    exclude: [jobs]
  - name: Rival
    keywords: [rival]
    reply: false
sources:
  - {type: file, name: inbox, path: inbox, platform: x, settle: 0.001s}
database: {url: sqlite:///test.db}
"""
ROWS = (
    ("1", "acme is terrible, I want my money back"),
    ("2", "rival is lovely"),
    ("3", "acme jobs in Berlin"),
    ("4", "nothing to see"),
    ("5", "=acme is wonderful, thank you so much"),
)


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


def test_every_command_has_help_with_an_example():
    for command in COMMANDS:
        shown = CliRunner().invoke(app, [command, "--help"])

        assert shown.exit_code == 0
        assert "Example" in shown.output, command


def test_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [c for c in COMMANDS if f"`everyreply {c}" not in readme] == []


def test_poll_prints_what_came_and_the_ledger_adds_up(everyreply):
    polled = everyreply("poll", "inbox")
    ledger = json.loads(everyreply("audit", "--json").stdout)

    assert (
        "inbox: 5 posts seen = 4 new + 0 known + 1 naming no brand + 0 set aside; "
        "4 mentions, 2 of them open"
    ) in polled.output
    assert ledger["adds_up"] is True
    assert ledger["total"] == 4


def test_dry_run_shows_cards_and_keeps_nothing(everyreply):
    shown = everyreply("poll", "inbox", "--dry-run")

    assert "acme is terrible" in shown.output
    assert 'excluded by "jobs"' in shown.output
    assert "Nothing was kept." in shown.output
    assert json.loads(everyreply("audit", "--json").stdout)["total"] == 0


def test_poll_of_an_unknown_source_names_those_there_are(everyreply):
    shown = everyreply("poll", "nope")

    assert shown.exit_code == 2
    assert 'no source is named "nope"; there are: inbox' in shown.output


def test_poll_of_a_missing_folder_says_so_and_exits_3(everyreply, place):
    (place / "inbox" / "posts.csv").unlink()
    (place / "inbox").rmdir()

    shown = everyreply("poll", "inbox")

    assert shown.exit_code == 3
    assert "inbox" in shown.output


def test_import_of_the_same_file_again_adds_nothing(everyreply, place):
    file = str(place / "inbox" / "posts.csv")
    first = everyreply("import", file, "--platform", "g2", "--brand", "Acme")

    second = everyreply("import", file, "--platform", "g2", "--brand", "Acme")

    assert "6 mentions" in first.output
    assert "0 mentions" in second.output


def test_import_says_which_option_is_wrong(everyreply, place):
    file = str(place / "inbox" / "posts.csv")

    wrong = [
        everyreply("import", file, "--brand", "Nobody"),
        everyreply("import", file, "--column", "text"),
        everyreply("import", file, "--since", "yesterday"),
    ]

    assert [one.exit_code for one in wrong] == [2, 2, 2]
    assert 'no brand is named "Nobody"' in wrong[0].output
    assert "text=Review" in wrong[1].output
    assert "2026-11-01" in wrong[2].output


def test_import_since_counts_older_posts_without_an_alert(everyreply, place):
    file = str(place / "inbox" / "posts.csv")

    everyreply("import", file, "--since", "2026-11-02")

    [line] = [
        one
        for one in json.loads(everyreply("audit", "--json").stdout)["lines"]
        if one["brand"] == "Acme" and one["reason"] == "history"
    ]
    assert line["count"] == 2


def test_mentions_filter_and_speak_csv_that_is_no_formula(everyreply):
    everyreply("poll", "inbox")

    shown = everyreply("mentions", "--brand", "Acme", "--status", "open", "--csv")

    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert [row["post_id"] for row in rows] == ["1", "5"]
    assert rows[1]["text"] == "'=acme is wonderful, thank you so much"
    exact = json.loads(
        everyreply("mentions", "--sentiment", "positive", "--json").stdout
    )
    assert {one["text"] for one in exact} >= {"=acme is wonderful, thank you so much"}


def test_one_mention_is_shown_with_its_history(everyreply):
    everyreply("poll", "inbox")

    shown = everyreply("mentions", "1")

    assert "acme is terrible" in shown.output
    assert "everyreply: found, open (needs_reply" in shown.output
    assert everyreply("mentions", "99").exit_code == 1


def test_status_shows_source_queue_and_what_was_set_aside(everyreply, place):
    with (place / "inbox" / "posts.csv").open("a", encoding="utf-8") as file:
        file.write("6,ann,someday,acme once\n")
    everyreply("poll", "inbox")

    shown = everyreply("status").output
    found = json.loads(everyreply("status", "--json").stdout)

    assert "Queue: 2 open, 0 overdue" in shown
    assert "set aside from inbox:" in shown
    assert "posts.csv:7" in shown
    assert found["sources"][0]["set_aside"] == 1
    assert found["queue"]["open"] == 2


def test_audit_of_a_damaged_ledger_exits_1_and_names_the_damage(everyreply, place):
    everyreply("poll", "inbox")
    database = Database(f"sqlite:///{place / 'test.db'}")
    with database.write() as session:
        session.execute(sql("UPDATE mention SET status = 'answered' WHERE id = 1"))
    database.close()

    shown = everyreply("audit")

    assert shown.exit_code == 1
    assert "changed without an event (id 1)" in shown.output


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


def test_match_of_a_text_shows_keyword_and_place(everyreply):
    hit = everyreply("match", "my Acme's gone")
    miss = everyreply("match", "nothing")

    assert 'Acme: "acme" at 3-9' in hit.output
    assert (hit.exit_code, miss.exit_code) == (0, 1)


def test_match_of_a_file_names_the_lines(everyreply, place):
    (place / "lines.txt").write_text("acme\nnothing\nrival\n", encoding="utf-8")

    shown = everyreply("match", "--file", str(place / "lines.txt"))

    assert 'line 1: Acme: "acme" at 0-4' in shown.output
    assert "line 2" not in shown.output
    assert "line 3: Rival:" in shown.output


def test_match_stored_says_what_an_edited_list_would_gain_and_lose(everyreply, place):
    everyreply("poll", "inbox")
    edited = CONFIG.replace("[acme]", "[nothing]").replace("[jobs]", "[]")
    (place / "config.yaml").write_text(edited, encoding="utf-8")

    shown = everyreply("match", "--stored")
    found = json.loads(everyreply("match", "--stored", "--json").stdout)

    assert "0 stay, 1 would be gained, 3 lost" in shown.output
    assert found["Acme"]["gained"] == [
        {"platform": "x", "post_id": "4", "keywords": ["nothing"]}
    ]


def test_match_wants_exactly_one_thing_to_match(everyreply):
    assert everyreply("match").exit_code == 2
    assert everyreply("match", "a", "--stored").exit_code == 2


def test_migrate_says_the_version(everyreply):
    assert "the database is at version 0001" in everyreply("migrate").output


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


def test_silence_of_a_source_is_shown_by_status(everyreply, place):
    everyreply("poll", "inbox")
    database = Database(f"sqlite:///{place / 'test.db'}")
    last = datetime.now(UTC) - timedelta(days=2)
    with database.write() as session:
        session.execute(
            sql("UPDATE checkpoint SET last_post_at = :at"),
            {"at": last.strftime("%Y-%m-%d %H:%M:%S.000000")},
        )
        for back in range(2, 12):
            day = (datetime.now(UTC) - timedelta(days=back)).date().isoformat()
            session.execute(
                sql("INSERT INTO sourceday VALUES ('inbox', :day, 50)"), {"day": day}
            )
    database.close()

    shown = everyreply("status").output

    assert "where about" in shown
    assert "silent" in shown


def test_correction_is_shown_exported_and_scored(everyreply):
    everyreply("poll", "inbox")

    corrected = everyreply("model", "correct", "1", "neutral", "--by", "ana")
    exported = everyreply("model", "corrections").stdout
    scores = everyreply("model", "evaluate").output
    card = everyreply("mentions", "1").output

    assert corrected.exit_code == 0
    assert exported == "1\tacme is terrible, I want my money back\n"
    assert "macro-recall" in scores
    assert "neutral (says ana)" in card


def test_model_evaluate_of_a_labelled_file_has_a_confusion_matrix(everyreply, place):
    file = place / "labelled.tsv"
    file.write_text("0\tI hate it, it broke\n2\tI love it\n1\tIt arrived on Monday\n")

    found = json.loads(everyreply("model", "evaluate", str(file), "--json").stdout)

    assert found["overall"]["count"] == 3
    assert set(found["overall"]["confusion"]) == {"negative", "neutral", "positive"}


def test_model_evaluate_without_corrections_says_what_to_do(everyreply):
    shown = everyreply("model", "evaluate")

    assert shown.exit_code == 1
    assert "name a labelled file instead" in shown.output


def test_model_explain_shows_which_words_weigh_most(everyreply):
    shown = everyreply("model", "explain", "The delivery was terrible")

    assert shown.output.startswith("negative")
    assert "terrible" in shown.output.splitlines()[3]


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


def test_number_no_database_can_count_to_is_a_wrong_command(everyreply):
    for arguments in (["9" * 20], ["--limit", "9" * 20]):
        assert everyreply("mentions", *arguments).exit_code == 2


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


def test_import_of_what_is_not_there_leaves_no_source_behind(everyreply, place):
    shown = everyreply("import", str(place / "nope.csv"))

    assert shown.exit_code == 3
    assert "no such file" in shown.output
    assert "nope.csv" not in everyreply("status").output


def test_import_of_a_file_from_a_clock_ahead_of_ours_reads_it(everyreply, place):
    file = place / "inbox" / "posts.csv"
    tomorrow = datetime.now(UTC).timestamp() + 86400
    os.utime(file, (tomorrow, tomorrow))

    shown = everyreply("import", str(file))

    assert "5 posts seen = 4 new" in shown.output


def test_import_names_what_it_set_aside_and_when_alerts_go_out(everyreply, place):
    file = place / "more.csv"
    file.write_text("id,date,text\n1,someday,acme\n2,2026-11-01,acme is bad\n")

    shown = everyreply("import", str(file), "--platform", "g2")

    assert "set aside: " in shown.output
    assert "more.csv:2" in shown.output
    assert "alerts go out while `everyreply run` runs" in shown.output


def test_import_after_a_changed_keyword_finds_what_it_missed(everyreply, place):
    file = str(place / "inbox" / "posts.csv")
    everyreply("import", file, "--platform", "g2")
    changed = CONFIG.replace("[acme]", "[acme, nothing]")
    (place / "config.yaml").write_text(changed, encoding="utf-8")

    again = everyreply("import", file, "--platform", "g2")

    assert "1 mentions, 1 of them open" in again.output
    assert json.loads(everyreply("audit", "--json").stdout)["adds_up"]


def test_import_is_shown_as_such_and_awaits_no_poll(everyreply, place):
    everyreply("import", str(place / "inbox" / "posts.csv"), "--platform", "g2")

    [_, imported] = json.loads(everyreply("status", "--json").stdout)["sources"]

    assert (imported["state"], imported["next_poll"]) == ("imported", None)


def test_status_names_five_set_aside_rows_and_counts_the_rest(everyreply, place):
    with (place / "inbox" / "posts.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"9{n},ann,someday,acme\n" for n in range(8))
    everyreply("poll", "inbox")

    shown = everyreply("status").output

    assert shown.count("set aside from inbox") == 5
    assert "... and 3 more: everyreply status --json" in shown
    assert len(json.loads(everyreply("status", "--json").stdout)["set_aside"]) == 8


def test_unknown_brand_is_told_with_those_there_are(everyreply):
    for command in (
        ("match", "acme", "--brand", "Nope"),
        ("match", "--stored", "--brand", "Nope"),
        ("mentions", "--brand", "Nope"),
    ):
        shown = everyreply(*command)

        assert shown.exit_code == 2
        assert 'no brand is named "Nope"; there are: Acme, Rival' in shown.output


def test_correction_counts_in_lists_and_filters(everyreply):
    everyreply("poll", "inbox")
    everyreply("model", "correct", "1", "positive", "--by", "ana")

    rows = list(
        csv.DictReader(
            io.StringIO(
                everyreply("mentions", "--sentiment", "positive", "--csv").stdout
            )
        )
    )

    assert "1" in {row["post_id"] for row in rows}
    assert {row["corrected_by"] for row in rows if row["post_id"] == "1"} == {"ana"}
    assert everyreply("model", "correct", "1", "neutral", "--by", " ").exit_code == 2


def test_unchanged_config_loses_nothing_that_a_tied_import_brought(everyreply, place):
    file = str(place / "inbox" / "posts.csv")
    everyreply("import", file, "--platform", "g2", "--brand", "Acme")

    found = json.loads(everyreply("match", "--stored", "--json").stdout)

    assert [one["lost"] for one in found.values()] == [[], []]


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
