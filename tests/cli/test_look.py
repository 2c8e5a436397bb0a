"""status, audit, mentions."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import text as sql

from monitor.store import Database


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


def test_mentions_of_a_source_that_is_not_there_name_those_that_are(everyreply, place):
    everyreply("import", str(place / "inbox" / "posts.csv"), "--platform", "x")

    for options in ([], ["--csv"], ["--json"]):
        shown = everyreply("mentions", "--source", "nope", *options)

        assert shown.exit_code == 2
        assert 'no source is named "nope"; there are: inbox, import:posts.csv' in (
            " ".join(shown.output.split())
        )


def test_mentions_of_an_import_and_of_a_source_that_was_once_are_listed(
    everyreply, place
):
    everyreply("poll", "inbox")
    everyreply("import", str(place / "inbox" / "posts.csv"), "--platform", "y")
    config = place / "config.yaml"
    renamed = config.read_text(encoding="utf-8").replace("name: inbox", "name: other")
    config.write_text(renamed, encoding="utf-8")

    for source in ("inbox", "import:posts.csv", "other"):
        shown = everyreply("mentions", "--source", source)

        assert shown.exit_code == 0
        assert ("acme is terrible" in shown.output) == (source != "other")


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


def test_number_no_database_can_count_to_is_a_wrong_command(everyreply):
    for arguments in (["9" * 20], ["--limit", "9" * 20]):
        assert everyreply("mentions", *arguments).exit_code == 2


def test_status_names_five_set_aside_rows_and_counts_the_rest(everyreply, place):
    with (place / "inbox" / "posts.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"9{n},ann,someday,acme\n" for n in range(8))
    everyreply("poll", "inbox")

    shown = everyreply("status").output

    assert shown.count("set aside from inbox") == 5
    assert "... and 3 more: everyreply status --json" in shown
    assert len(json.loads(everyreply("status", "--json").stdout)["set_aside"]) == 8
