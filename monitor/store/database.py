"""Opening the database: SQLite in WAL, or PostgreSQL, behind the same two doors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import DatabaseError as SqlError
from sqlmodel import Session, SQLModel

BUSY_SECONDS = 60


class DatabaseError(Exception):
    """The database cannot be used as configured. The message names the remedy."""


class Database:
    """Hands out sessions: one kind for questions, one kind for changes."""

    def __init__(self, url: str) -> None:
        self.engine = _open(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees the database as it is at its first question."""
        with Session(self.engine, expire_on_commit=False) as session:
            if not self.is_sqlite:  # SQLite knows no other way
                options = {"isolation_level": "REPEATABLE READ"}
                session.connection(execution_options=options)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose changes are kept together, or not at all.

        SQLite has one writer: the lock is taken at the start, because a reader that
        turns writer half-way is refused at once instead of waiting its turn.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"begin": "IMMEDIATE"})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def close(self) -> None:
        self.engine.dispose()


def _open(url: str) -> Engine:
    parsed = _read_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    try:
        if not parsed.drivername.startswith("sqlite"):
            return create_engine(
                parsed, pool_pre_ping=True, pool_size=10, hide_parameters=True
            )
    except ModuleNotFoundError as e:
        raise DatabaseError(
            "PostgreSQL needs its driver; run: pip install 'everyreply[postgres]'"
        ) from e
    # hide_parameters: an error must not carry a stranger's words into the log.
    engine = create_engine(
        parsed,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _read_url(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Never quoted back: it may hold a password.
        raise DatabaseError(
            "database.url cannot be read; write it as "
            "postgresql://user:${DB_PASSWORD}@host:5432/name"
        ) from None


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late to choose IMMEDIATE: we send it ourselves.
    connection.isolation_level = None
    # FULL, not NORMAL: a claim must survive a power cut, or a reply could go twice.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def insert_into(session: Session, table: type[SQLModel]) -> Any:
    """Return an INSERT that knows ON CONFLICT, for the database at hand."""
    name = session.get_bind().dialect.name
    dialect = postgresql if name == "postgresql" else sqlite
    return dialect.insert(table)


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what a database says that cannot be used into one line of ours.

    Raises:
        DatabaseError: it cannot be used; its address is shown without its password.
    """
    try:
        yield
    except SqlError as e:
        # Without its options: a password may stand there too.
        shown = make_url(url).set(query={}).render_as_string(hide_password=True)
        detail = str(e.orig).strip().splitlines()[0] if e.orig else "no answer"
        raise DatabaseError(f"database {shown}: {detail}") from None
