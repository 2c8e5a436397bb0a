"""Where the parts are put together, by hand. The only default clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from connectors import Connector, Context
from monitor.config import Config, Loaded, load
from monitor.rules.query import parse_query
from monitor.rules.term import parse_term
from monitor.rules.terms import terms
from monitor.store import HEAD, Database, DatabaseError, Store, version
from sentiment import Classifier, open_classifier

if TYPE_CHECKING:
    from connectors import Source
    from monitor.outbox import Deliverer, Sender
    from monitor.pipeline import Pipeline, Watch
    from monitor.replies import Replies


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """One configuration at work. Another configuration is another App.

    `sender` is what shows cards where the config names no Slack.
    """

    config: Config
    fingerprint: str
    store: Store
    classifier: Classifier
    pipeline: "Pipeline"
    watches: Sequence["Watch"]
    replies: "Replies"
    sender: "Sender"
    deliverer: "Deliverer"
    now: Callable[[], datetime]
    connect: "Connect"


def read_config(path: Path, *, needs_secrets: bool) -> Loaded:
    """Read config.yaml; without secrets for commands that reach no platform.

    Raises:
        ConfigErrors: every fault, with its line and column.
    """
    return load(
        path,
        missing_secrets="fault" if needs_secrets else "keep",
        check_query=_check_query,
        check_word=_check_word,
    )


def open_store(config: Config, *, migrate: bool = False) -> Store:
    """Open the database; an empty one gets its tables.

    Raises:
        DatabaseError: it cannot be reached, or its tables are of another version.
    """
    database = open_database(config)
    prepare(database, migrate=migrate)
    return Store(database)


def open_database(config: Config) -> Database:
    return Database(config.database.url)


def prepare(database: Database, *, migrate: bool = False) -> str:
    """Bring an empty database, or on demand an old one, to our tables; say which.

    Raises:
        DatabaseError: it is of another version, and `migrate` is not set.
    """
    found = version(database)
    if found == HEAD:
        return HEAD
    if found is not None and found > HEAD:
        raise DatabaseError(
            f"the database is at version {found}, newer than this program ({HEAD}); "
            "update everyreply"
        )
    if found is not None and not migrate:
        raise DatabaseError(
            f"the database is at version {found}, this program needs {HEAD}; "
            "make a copy of it, then run: everyreply migrate"
        )
    # Alembic is slow to import and only needed here.
    from monitor import migrations

    migrations.upgrade(database.engine)
    return HEAD


Connect: TypeAlias = Callable[[Config, Callable[[str], Context]], Sequence["Watch"]]


def connect(config: Config, context: Callable[[str], Context]) -> "list[Watch]":
    """Connect every configured source. Nothing is asked of a platform yet."""
    return [watch(source, config, context(source.name)) for source in config.sources]


def connector(source: "Source", config: Config, context: Context) -> Connector:
    return source.connect([terms(brand) for brand in config.brands], context)


def watch(source: "Source", config: Config, context: Context) -> "Watch":
    from monitor.pipeline import Watch  # late, as in `build`

    return Watch(
        name=source.name,
        every=source.every,
        connector=connector(source, config, context),
        brands=source.brands,
        history=_midnight(source.since),
        platform=source.type,
    )


def contexts(store: Store, now: Callable[[], datetime]) -> Callable[[str], Context]:
    """Return what lends each source, by name, our clock and its meter."""
    return lambda source: Context(now=now, meter=store.meter(source, now))


def sender_for(
    config: Config, store: Store, now: Callable[[], datetime], otherwise: "Sender"
) -> "Sender":
    """Return Slack if the config has it, else what it is tried with."""
    if config.slack is None:
        return otherwise
    from monitor.slack.client import connect as connect_slack
    from monitor.slack.sender import SlackSender

    client = connect_slack(config.slack).bot
    return SlackSender(client, config, config.slack, store.slack, now)


def build(
    loaded: Loaded,
    store: Store,
    sender: "Sender",
    now: Callable[[], datetime],
    *,
    classifier: Classifier | None = None,
    connect: Connect = connect,
) -> App:
    """Put a configuration to work on a store.

    `sender` shows cards where the config names no Slack.
    `classifier` is one already open; `connect` gives each source its connector.

    Raises:
        ModelError: the model cannot be loaded; the message names the remedy.
    """
    # Late: the commands that only look, or check, start without what works.
    from monitor.outbox import Deliverer
    from monitor.pipeline import Pipeline
    from monitor.replies import Replies
    from monitor.rules.match import Matcher

    config = loaded.config
    classifier = classifier or open_classifier(config.sentiment)
    matcher = Matcher(config.brands, config.priorities.urgent)
    watches = connect(config, contexts(store, now))
    connectors = {watch.name: watch.connector for watch in watches}
    speaks = sender_for(config, store, now, sender)
    return App(
        config=config,
        fingerprint=loaded.fingerprint,
        store=store,
        classifier=classifier,
        pipeline=Pipeline(store, classifier, matcher, config, now),
        watches=watches,
        replies=Replies(store, connectors, config, now),
        sender=sender,
        deliverer=Deliverer(store, speaks, config, now),
        now=now,
        connect=connect,
    )


def rebuild(app: App, loaded: Loaded) -> App:
    """Put a changed configuration to work; the model stays loaded if it is the same."""
    is_same = loaded.config.sentiment == app.config.sentiment
    return build(
        loaded,
        app.store,
        app.sender,
        app.now,
        classifier=app.classifier if is_same else None,
        connect=app.connect,
    )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(0), UTC)


def _check_query(text: str) -> None:
    parse_query(text)


def _check_word(text: str) -> None:
    parse_term(text)
