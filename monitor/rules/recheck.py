"""When to look again at a post we keep: soon while it is open and young."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from monitor.models import Status

NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""For what is erased: of it nothing is left to be looked at."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN: Sequence[tuple[timedelta, timedelta]] = (
    (2 * HOUR, timedelta(minutes=15)),
    (DAY, HOUR),
    (7 * DAY, 6 * HOUR),
)
"""Up to which age (the first that fits) an open post is looked at how often."""
CLOSED_DAILY = 30 * DAY
"""Platforms want what is deleted there deleted here. What is closed is looked at daily
up to this age, then weekly, until retention erases it."""


def next_look(status: Status, posted_at: datetime, now: datetime) -> datetime:
    """Return when to look at a post again. What is erased is not asked for any more;
    one that is gone and not erased may be locked only, or could not be looked at.

    A person may be about to answer what is open, so a fresh one matters most; most
    edits and deletions come within hours.
    """
    age = now - posted_at
    if status in (Status.OPEN, Status.SENDING):
        return now + next((every for limit, every in OPEN if age < limit), DAY)
    return now + (DAY if age < CLOSED_DAILY else 7 * DAY)
