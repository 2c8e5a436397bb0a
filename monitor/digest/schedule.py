"""When a digest is due. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.config.model import WEEKDAYS, Digest
from monitor.digest.period import Period, last_week


def send_at(period: Period, settings: Digest) -> datetime:
    """Return when the digest of a week goes out: the day and time after its end.

    A time that the clocks skip counts from when they land; of one that comes twice, the
    first counts.
    """
    day = period.last + timedelta(days=1 + WEEKDAYS.index(settings.day))
    zone = ZoneInfo(period.zone)
    return datetime.combine(day, settings.at, zone).astimezone(ZoneInfo("UTC"))


def due(
    now: datetime, zone: str, settings: Digest, began_at: datetime | None
) -> Period | None:
    """Return the week whose digest should be out by now; None: none yet.

    After a long rest only the latest week is due: older ones are on demand. A week in
    which nothing was watched yet has no digest.
    """
    week = last_week(now, zone)
    if send_at(week, settings) > now:
        week = week.before
    if began_at is None or began_at >= week.end:
        return None
    return week
