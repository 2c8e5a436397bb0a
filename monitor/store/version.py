"""Which tables a database has, asked without Alembic, which is slow to import."""

from sqlalchemy import inspect, text

from monitor.store.database import Database

HEAD = "0004"
"""The newest revision in `monitor/migrations/versions`; a test holds it to that."""


def version(database: Database) -> str | None:
    """Return the revision a database is at; None for one without our tables."""
    if not inspect(database.engine).has_table("alembic_version"):
        return None
    with database.read() as session:
        found = session.execute(text("SELECT version_num FROM alembic_version"))
        return found.scalar_one_or_none()
