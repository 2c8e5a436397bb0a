from pathlib import Path

import pytest

from connectors import Context, RssSource
from monitor import migrations
from monitor.app import connect, prepare, read_config
from monitor.config import ConfigErrors
from monitor.store import HEAD, Database, DatabaseError, version

ROOT = Path(__file__).parents[1]


def test_newest_revision_is_the_one_the_program_asks_for():
    assert migrations.head() == HEAD


def test_empty_database_gets_its_tables(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")

    prepare(database)

    assert version(database) == HEAD
    database.close()


def test_database_of_another_version_is_refused_with_the_remedy(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    prepare(database)
    with database.write() as session:
        connection = session.connection()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")

    with pytest.raises(DatabaseError, match="make a copy of it, then run: everyreply"):
        prepare(database)

    database.close()


def test_database_of_a_newer_version_is_not_told_to_migrate(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    prepare(database)
    with database.write() as session:
        connection = session.connection()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(DatabaseError, match="update everyreply"):
        prepare(database, migrate=True)

    database.close()


def test_shipped_config_loads_and_connects_without_an_environment():
    loaded = read_config(ROOT / "config.yaml", needs_secrets=True)

    watches = connect(loaded.config, lambda _: Context())

    assert [watch.name for watch in watches] == [s.name for s in loaded.config.sources]


def test_query_and_keyword_that_cannot_be_read_are_told_with_their_place(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(
        "brands:\n"
        "  - {name: A, keywords: ['http://'], query: '(a OR b'}\n"
        "sources: [{type: file, name: f, path: x}]\n"
    )

    with pytest.raises(ConfigErrors) as caught:
        read_config(path, needs_secrets=True)

    told = str(caught.value)
    assert "config.yaml:2:" in told
    assert "brands[0].keywords[0]" in told
    assert "brands[0].query" in told


def test_since_of_a_source_is_midnight_utc(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(
        "brands: [{name: A, keywords: [a]}]\n"
        "sources:\n"
        "  - {type: rss, name: f, url: 'https://a.example/', since: 2026-11-01}\n"
    )

    loaded = read_config(path, needs_secrets=True)
    [watch] = connect(loaded.config, lambda _: Context())

    assert isinstance(loaded.config.sources[0], RssSource)
    assert watch.history is not None
    assert watch.history.isoformat() == "2026-11-01T00:00:00+00:00"
