"""The schema's history (Alembic), and how a database is brought up to it."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel

from monitor import models  # noqa: F401 - registers the tables

FOLDER = Path(__file__).parent
LOCK = 0x45766572
"""Any number, as long as no other program on the same database takes it."""


def head() -> str:
    """Return the newest revision this version of the program knows."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def current(engine: Engine) -> str | None:
    """Return the revision a database is at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring a database up to a revision, whole or not at all.

    Of two programs that start at once the second waits, and finds nothing to do.
    """
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK}
            )
        command.upgrade(_settings(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    with engine.begin() as connection:
        command.downgrade(_settings(connection), to)


def drift(engine: Engine) -> list[object]:
    """Return the differences between the models and a database; none is right."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        return list(compare_metadata(context, SQLModel.metadata))


def _settings(connection: Connection) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings
