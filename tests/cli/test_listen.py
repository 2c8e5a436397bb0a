"""poll and import."""

import json
import os
from datetime import UTC, datetime

from tests.cli.sample import CONFIG


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
