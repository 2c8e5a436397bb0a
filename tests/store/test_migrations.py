from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect

from monitor import migrations
from monitor.app import prepare
from monitor.store import Database, DatabaseError, Store
from tests.fakes.mentions import make_mention
from tests.store.helpers import keep, sql

TABLES = {
    "alembic_version", "checkpoint", "digest", "errand", "event", "gap", "lane",
    "mention", "outbox", "own_reply", "reminder", "reply", "set_aside", "slack_modal",
    "slack_post", "slack_seen", "sourceday", "sourcehour", "spend", "unmatched",
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """A database without any tables."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield made
        made.close()
        return
    server = request.getfixturevalue("postgres_server")
    server.psql("CREATE DATABASE empty;")
    made = Database(server.get_uri(database="empty"))
    yield made
    made.close()
    server.psql("DROP DATABASE empty;")


def tables(database):
    return set(inspect(database.engine).get_table_names())


def test_empty_database_comes_up_to_the_models(empty):
    assert migrations.current(empty.engine) is None

    migrations.upgrade(empty.engine)

    assert tables(empty) == TABLES
    assert migrations.current(empty.engine) == migrations.head()
    assert migrations.drift(empty.engine) == []


def test_drift_is_seen(empty):
    migrations.upgrade(empty.engine)
    sql(empty, "DROP INDEX ix_mention_queue")

    assert len(migrations.drift(empty.engine)) == 1


def test_way_back_and_forth_again_leaves_no_trace(empty):
    migrations.upgrade(empty.engine)

    migrations.downgrade(empty.engine, "base")
    left = tables(empty)
    migrations.upgrade(empty.engine)

    assert left == {"alembic_version"}
    assert migrations.drift(empty.engine) == []
    keep(Store(empty), make_mention())


def test_upgrade_of_a_newest_database_changes_nothing(database):
    store = Store(database)
    keep(store, make_mention())

    migrations.upgrade(database.engine)

    assert store.audit().total == 1


def test_two_programs_starting_at_once_make_the_tables_once(empty):
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(prepare, empty) for _ in range(2)]:
            done.result()

    assert migrations.drift(empty.engine) == []


def test_empty_database_gets_its_tables_unasked(empty):
    assert prepare(empty) == migrations.head()
    assert tables(empty) == TABLES


def test_older_database_is_refused_with_the_remedy(empty):
    migrations.upgrade(empty.engine)
    sql(empty, "UPDATE alembic_version SET version_num = '0000'")

    with pytest.raises(DatabaseError) as refused:
        prepare(empty)

    assert str(refused.value) == (
        f"the database is at version 0000, this program needs {migrations.head()}; "
        "make a copy of it, then run: everyreply migrate"
    )
    assert migrations.current(empty.engine) == "0000"


def test_failed_upgrade_leaves_no_half_of_it(empty):
    sql(empty, "CREATE TABLE outbox (id INTEGER)")

    with pytest.raises(Exception, match="outbox"):
        migrations.upgrade(empty.engine)

    assert tables(empty) == {"outbox"}
