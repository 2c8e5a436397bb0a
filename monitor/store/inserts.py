"""Inserting what strangers wrote: one value no database takes blocks no other."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import (
    InternalError,
    OperationalError,
    StatementError,
)
from sqlmodel import Session, SQLModel

from monitor.store.database import insert_into

POISON = (StatementError, ValueError, OverflowError, TypeError)
"""What a database or its driver says of a value that it does not take."""
OUTAGE = (OperationalError, InternalError)
"""What it says when it cannot work at all: nobody's post is to blame."""


def insert_rows(
    session: Session,
    table: type[SQLModel],
    rows: Sequence[dict[str, Any]],
    returning: Sequence[str],
) -> tuple[list[Any], list[tuple[dict[str, Any], Exception]]]:
    """Insert what is not there yet; return what is new, and the rows no database takes.

    The whole batch goes in one statement. Only where that fails are the rows tried
    one by one, each in a savepoint, so that one poisoned post blocks no other.
    """
    if not rows:
        return [], []
    columns = [getattr(table, name) for name in returning]
    statement = insert_into(session, table).on_conflict_do_nothing().returning(*columns)
    try:
        with session.begin_nested():
            return list(session.execute(statement, rows)), []
    except POISON:
        pass
    kept: list[Any] = []
    bad: list[tuple[dict[str, Any], Exception]] = []
    for row in rows:
        try:
            with session.begin_nested():
                kept += session.execute(statement, [row])
        except POISON as e:
            raise_outage(e)
            bad.append((row, e))
    return kept, bad


def raise_outage(error: Exception) -> None:
    """Raise an error that no value is to blame for: the batch must come again."""
    if not isinstance(error, OUTAGE):
        return
    # PostgreSQL's class 54 blames the value all the same: too long for an index.
    if not str(getattr(error.orig, "sqlstate", "")).startswith("54"):
        raise error


def refused(error: Exception) -> str:
    """Say what a database refused, without the words it refused."""
    cause = getattr(error, "orig", None) or error
    return f"the database does not take it ({type(cause).__name__})"
