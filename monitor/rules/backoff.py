"""When to ask again."""

from datetime import datetime, timedelta
from hashlib import blake2b

MAX_BACKOFF = timedelta(hours=6)
JITTER = 0.1
"""Share of the interval by which polls are spread, so that sources do not march."""


def backoff(failures: int, every: timedelta, asked: timedelta | None) -> timedelta:
    """Double the wait with every failure, but never less than we were asked to.

    The exponent is clamped: without it `timedelta` overflows after a bad month.
    """
    wait = min(every * (1 << min(max(failures, 1) - 1, 10)), MAX_BACKOFF)
    return max(wait, every, asked or timedelta(0))


def next_poll(now: datetime, every: timedelta, source: str, poll: int) -> datetime:
    """Return the next regular poll of `source`, spread by up to a tenth.

    The spread is drawn from the source's name and its poll number, so it needs no
    dice and a test can say what comes.
    """
    digest = blake2b(f"{source}:{poll}".encode(), digest_size=4).digest()
    share = int.from_bytes(digest, "big") / 0xFFFFFFFF
    return now + every * (1 + JITTER * (share - 0.5) * 2)
