"""The connectors' default clock; another one may be passed to each."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
