import pytest

from connectors import FileSource
from monitor.config import Brand, Config, SlackSettings
from monitor.outbox import Deliverer
from monitor.slack.client import connect
from monitor.slack.sender import SlackSender
from tests.fakes.slack import serving_slack
from tests.slack.house import PATIENCE, opened
from tests.store.helpers import keep_one


@pytest.fixture
def slack(clock):
    with serving_slack(clock) as space:
        for name in ("mentions", "acme", "bolt", "ops", "ops-two"):
            space.add_channel(name)
        yield space


@pytest.fixture
def settings(slack):
    return SlackSettings(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        api_base=slack.url,
        channel="#mentions",
        ops_channel="#ops",
        second_ops_channel="#ops-two",
        group_from=1000,
    )


@pytest.fixture
def config(settings):
    return Config(
        brands=(
            Brand(name="Acme", keywords=("acme",), channel="#acme"),
            Brand(name="Bolt", keywords=("bolt",), channel="#bolt"),
            Brand(name="Rival", keywords=("rival",), reply=False),
        ),
        sources=(FileSource(type="file", name="file", path="unused"),),
        slack=settings,
    )


@pytest.fixture
def database_url(tmp_path, sqlite_file):
    """SQLite alone: what differs on PostgreSQL is tested with the store."""
    path = tmp_path / "test.db"
    path.write_bytes(sqlite_file.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def make_sender(config, store, clock):
    """Return a new sender, as after a restart: what it knew in memory is gone."""

    def make(timeout=PATIENCE, config=config):
        client = connect(config.slack, timeout=timeout).bot
        return SlackSender(client, config, config.slack, store.slack, clock)

    return make


@pytest.fixture
def sender(make_sender):
    return make_sender()


@pytest.fixture
def deliverer(store, sender, config, clock):
    return Deliverer(store, sender, config, clock)


@pytest.fixture
def ann(slack):
    return slack.add_user("Ann", "ann@acme.example")


@pytest.fixture
def bob(slack):
    return slack.add_user("Bob", "bob@acme.example")


@pytest.fixture
def house(slack, store, config, clock, ann, bob):
    with opened(slack, store, config, clock) as made:
        yield made


@pytest.fixture
def mention(store):
    return keep_one(store)
