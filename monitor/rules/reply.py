"""Whether a reply may go out, and when. Pure: no platform, no rows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from connectors import Author, OwnerReply, Posted, Target
from monitor.config import Brand
from monitor.models import Mention, Status
from monitor.rules.backoff import backoff
from monitor.rules.text import fit

SKEW = timedelta(minutes=2)
"""How far a platform's clock may be from ours."""
RETRY = timedelta(seconds=15)
MOST = timedelta(minutes=30)
"""Somebody waits for an answer: no wait of our own making is longer."""


class Standing(StrEnum):
    """What the answer that stands under a post means for the one we are to send."""

    FREE = "free"
    OURS = "ours"
    OTHER = "other"


def judge(
    standing: OwnerReply | None, seen: OwnerReply | None, text: str, made_at: datetime
) -> Standing:
    """Say whether the way is free, our reply stands there, or somebody else's does.

    `seen` is what stood there when the reply was made: whoever wrote that reply
    knows it. What is in doubt is somebody else's: a person looks before we speak.
    """
    if standing is None or (seen and _is_known(standing, seen, made_at)):
        return Standing.FREE
    if same_words(standing.text, text) and standing.posted_at >= made_at - SKEW:
        return Standing.OURS
    return Standing.OTHER


def is_seen(posted: Posted, seen: OwnerReply | None) -> bool:
    """Say whether a look-up found no more than the answer we knew before."""
    if seen is None or posted.id is None or posted.id != seen.id:
        return False
    return posted.posted_at is None or posted.posted_at <= seen.posted_at


def _is_known(standing: OwnerReply, seen: OwnerReply, made_at: datetime) -> bool:
    """Say whether it stood there already when our reply was made.

    A platform may show our own words changed (shortened links), so an id that we
    know is enough, unless it was written anew since. An older answer than the one
    we saw shows again when that is deleted.
    """
    is_newer = standing.posted_at > seen.posted_at
    if standing.id and seen.id:
        if not is_newer:
            return True
        if standing.id != seen.id:
            return False
    if not same_words(standing.text, seen.text):
        return False
    return not is_newer or standing.posted_at < made_at - SKEW


def same_words(one: str, other: str) -> bool:
    """Say whether two texts are one, however they are broken into lines."""
    return one.split() == other.split()


def hindrance(mention: Mention, brand: Brand | None) -> str:
    """Return why nobody may answer this mention from here, in words; "": one may."""
    if brand is None:
        return f"brand {mention.brand} is no longer in config.yaml"
    if not brand.reply:
        return f"{mention.brand} is only watched (reply: false)"
    return ""


def not_open(mention: Mention) -> str:
    """Return what keeps a mention from being answered now; "": it is open."""
    if mention.status is Status.OPEN:
        return ""
    if mention.status is Status.SENDING:
        return "a reply is on its way"
    who = mention.answered_by or mention.closed_by
    return f"it is already {mention.status.value}" + (f" by {who}" if who else "")


def wait(attempts: int, asked: timedelta | None) -> timedelta:
    """Return how long to wait after so many attempts; never less than asked."""
    return max(min(backoff(attempts, RETRY, None), MOST), asked or timedelta(0))


def look_again(since: datetime, now: datetime, asked: timedelta | None) -> timedelta:
    """Return when to look up an unclear reply again: ever slower, as it grows old."""
    return max(min(max((now - since) / 2, RETRY), MOST), asked or timedelta(0))


def read(kept: Mapping[str, Any] | None) -> OwnerReply | None:
    """Read the answer that a mention keeps."""
    if not kept:
        return None
    at = datetime.fromisoformat(str(kept["posted_at"]))
    return OwnerReply(
        text=str(kept.get("text") or ""),
        posted_at=at,
        id=kept.get("id"),
        author=kept.get("author"),
        url=kept.get("url"),
    )


def keep(reply: OwnerReply) -> dict[str, Any]:
    """Return an answer as a mention keeps it: JSON."""
    return {
        "id": reply.id,
        "text": fit(reply.text),
        "posted_at": reply.posted_at.isoformat(),
        "author": reply.author and fit(reply.author),
        "url": reply.url and fit(reply.url),
    }


def target(mention: Mention) -> Target:
    """Return a mention as its connector needs it to answer."""
    author = Author(
        handle=mention.author,
        id=mention.author_id,
        name=mention.author_name,
        url=mention.author_url,
        followers=mention.followers,
    )
    return Target(
        id=mention.post_id,
        url=mention.url,
        author=author,
        posted_at=mention.posted_at,
        kind=mention.kind,
        parent_id=mention.parent_id,
        root_id=mention.root_id,
        ref=mention.ref,
    )
