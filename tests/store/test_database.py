import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from monitor.models import Mention
from monitor.store import Database, DatabaseError, version
from monitor.store.database import explained
from tests.fakes.mentions import make_mention
from tests.store.helpers import rows, sql

SECRET = "hunter2"  # noqa: S105


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://bot:{SECRET}@127.0.0.1:1/everyreply",
        f"postgresql://127.0.0.1:1/everyreply?user=bot&password={SECRET}",
    ],
    ids=["before the host", "as an option"],
)
def test_password_is_in_no_message_and_no_repr(url):
    database = Database(url)

    with (
        pytest.raises(DatabaseError) as refused,
        explained(url),
        database.read() as session,
    ):
        session.execute(text("SELECT 1"))

    told = str(refused.value)
    assert told.startswith("database postgresql://")
    assert "127.0.0.1:1/everyreply: " in told
    assert "\n" not in told
    for words in (
        told,
        repr(refused.value),
        str(refused.value.__context__),
        repr(database),
    ):
        assert SECRET not in words
    database.close()


def test_folder_that_is_not_there_is_explained(tmp_path):
    url = f"sqlite:///{tmp_path}/nowhere/a.db"

    with pytest.raises(DatabaseError) as refused, explained(url):
        version(Database(url))

    assert str(refused.value) == f"database {url}: unable to open database file"


def test_file_that_is_no_database_is_explained(tmp_path):
    (tmp_path / "a.db").write_text("brands:\n" * 100, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/a.db"

    with pytest.raises(DatabaseError, match="file is not a database"), explained(url):
        version(Database(url))


def test_address_that_cannot_be_read_is_not_repeated():
    with pytest.raises(DatabaseError, match="write it as") as refused:
        Database(f"postgresql://bot:{SECRET}@127.0.0.1:abc/everyreply")

    assert SECRET not in str(refused.value)


def test_missing_driver_is_named_with_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(DatabaseError, match=r"pip install 'everyreply\[postgres\]'"):
        Database("postgresql://bot@127.0.0.1/everyreply")


def test_words_of_a_stranger_are_in_no_error_text(database):
    words = make_mention(text="my secret words")
    words.author = None

    with pytest.raises(IntegrityError) as refused, database.write() as session:
        session.add(words)

    assert "my secret words" not in str(refused.value).partition("DETAIL")[0]


def test_change_that_fails_leaves_nothing(database):
    def write_and_fail():
        with database.write() as session:
            session.add(make_mention())
            session.flush()
            raise RuntimeError("after all")

    with pytest.raises(RuntimeError, match="after all"):
        write_and_fail()

    assert rows(database, "mention") == 0


def test_question_changes_nothing(database):
    with database.read() as session:
        session.add(make_mention())
        session.flush()

    assert rows(database, "mention") == 0


def test_question_sees_one_moment_whatever_is_written_meanwhile(database):
    sql(
        database, "INSERT INTO gap (source, at, reason) VALUES ('a', '2026-01-01', 'b')"
    )
    count = text("SELECT count(*) FROM gap")

    with database.read() as session:
        before = session.execute(count).scalar_one()
        sql(database, "DELETE FROM gap")
        after = session.execute(count).scalar_one()

    assert before == after == 1
    assert rows(database, "gap") == 0


def test_second_writer_waits_for_the_first(database):
    """SQLite has one writer; a second one must wait, not fail, nor lose its change."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has many writers")
    begun, go_on = Event(), Event()
    order = []

    def first():
        with database.write() as session:
            session.add(make_mention(post_id="1"))
            session.flush()
            begun.set()
            assert go_on.wait(30)
            order.append("first")

    def second():
        assert begun.wait(30)
        go_on.set()
        with database.write() as session:
            order.append("second")
            session.add(make_mention(post_id="2"))

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            done.result()

    assert order == ["first", "second"]
    assert rows(database, "mention") == 2


def test_readers_do_not_wait_for_a_writer(database):
    with database.write() as session:
        session.add(make_mention())
        session.flush()

        assert rows(database, "mention") == 0

    assert rows(database, "mention") == 1


def test_sqlite_keeps_what_it_promised_through_a_power_cut(database):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL's own default")
    with database.read() as session:
        found = [
            session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert found == ["wal", 2, 1]


def test_mention_of_an_event_must_exist(database):
    with pytest.raises(IntegrityError):
        sql(
            database,
            "INSERT INTO event (mention_id, at, actor, what, new, reason) "
            "VALUES (404, '2026-01-01', 'a', 'b', 'c', 'd')",
        )


def test_rows_outlive_their_session(database):
    with database.write() as session:
        session.add(made := make_mention())

    assert made.author == "ann"
    with database.read() as session:
        found = session.get(Mention, made.id)
    assert found.author == "ann"
