"""One app's list of reviews: a page at a time, and what it does not show.

Play shows a review for a week after its last change. Longer away than that, and
reviews are missed; that is told as a gap, and so is a list that ends too early: Play
is known to leave out the token of the next page (google-api-php-client issue 2647).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors._google_look import MALFORMED
from connectors._google_play_posts import entry_of, post_of
from connectors._google_walk import Entry, Walk, digest
from connectors.base import Gap, Post, SetAside

WINDOW = timedelta(days=7)
PAGE_SIZE = 100
KEPT = 1000
"""Reviews remembered per app: for their first date, which Play does not tell."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one page of an app's reviews brought."""

    walk: Walk
    posts: Sequence[Post]
    set_aside: Sequence[SetAside]
    gaps: Sequence[Gap]


def away_too_long(walk: Walk, package: str, now: datetime) -> list[Gap]:
    """Return the gap, where the last page came longer ago than what Play shows."""
    if walk.read_at is None or now - _at(walk.read_at) < WINDOW:
        return []
    return [
        Gap(
            None if walk.done_at is None else _at(walk.done_at),
            now - WINDOW,
            f"Google Play shows only what changed in the last 7 days: what was "
            f"written about {package} before is missing; import it from the Play "
            "Console (Download reports, Reviews)",
        )
    ]


def read_page(told: Mapping[str, Any], walk: Walk, package: str, now: datetime) -> Page:
    """Return what one page of `reviews.list` brings."""
    good: list[tuple[Entry, Mapping[str, Any]]] = []
    bad: list[SetAside] = []
    reviews = told.get("reviews")
    for number, review in enumerate(reviews if isinstance(reviews, list) else ()):
        try:
            post_of(review, package)
            good.append((entry_of(review), review))
        except MALFORMED as e:
            where = f"{package}, review {number + 1} of a page"
            bad.append(
                SetAside(where, f"not in the shape we know ({type(e).__name__})")
            )
    posts = [
        post_of(review, package, walk.first(entry))
        for entry, review in good
        if walk.is_news(entry)
    ]
    entries = [entry for entry, _ in good]
    token = _next_token(told)
    gaps = [] if token else ended_early(told, walk, entries, package, now)
    after = walk.with_page(entries, token, now.timestamp(), KEPT)
    return Page(after, posts, bad, gaps)


def ended_early(
    told: Mapping[str, Any],
    walk: Walk,
    entries: Sequence[Entry],
    package: str,
    now: datetime,
) -> list[Gap]:
    """Return the gap, where the list ends without a token and yet not at its end.

    As far as can be told: it has a full page, or Play counts more than it shows, or
    nothing comes up of what we knew and must still be there. Reaching what was read
    before, it ended well.
    """
    oldest = min((entry.changed for entry in entries), default=None)
    floor = walk.floor
    if floor is not None and oldest is not None and oldest <= floor + 3600:
        return []
    if not (_is_cut(told, walk) or _lost_sight(walk, entries, now)):
        return []
    since = now - WINDOW if walk.known is None else _at(walk.known)
    until = now if oldest is None else _at(oldest)
    if since >= until:
        return []
    reason = (
        f"Google Play ended its list of reviews of {package} without the rest of it; "
        "compare with the Play Console"
    )
    return [Gap(since, until, reason)]


def _is_cut(told: Mapping[str, Any], walk: Walk) -> bool:
    shown = told.get("reviews")
    count = len(shown) if isinstance(shown, list) else 0
    info = told.get("pageInfo")
    total = info.get("totalResults") if isinstance(info, dict) else None
    if isinstance(total, int) and total >= count and not walk.token:
        return total > count
    return count >= PAGE_SIZE


def _lost_sight(walk: Walk, entries: Sequence[Entry], now: datetime) -> bool:
    """Tell whether all that we knew is gone, though Play must still show it."""
    since = (now - WINDOW).timestamp() + 3600
    due = {key for key, seen in walk.seen.items() if seen.changed > since}
    met = walk.met or any(digest(entry.id) in due for entry in entries)
    return bool(due) and bool(entries) and not met


def _next_token(told: Mapping[str, Any]) -> str | None:
    pages = told.get("tokenPagination")
    token = pages.get("nextPageToken") if isinstance(pages, dict) else None
    return str(token) if token else None


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
