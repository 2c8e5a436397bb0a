"""Reddit: submissions by search, comments of chosen subreddits, our inbox; answers.

API: https://www.reddit.com/dev/api, through praw 8 (see `_reddit_wire.py`).
Surprises: search finds submissions and never comments; comments can only be read per
subreddit; a listing ends after about 1,000 things; a refused reply comes with HTTP
200; a deleted post still answers, as a tombstone. Access needs Reddit's approval.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from connectors._reddit_account import Account
from connectors._reddit_listings import comments_of, inbox, searches
from connectors._reddit_posts import (
    NOT_LISTED,
    PLATFORM,
    Thing,
    read_things,
    sound,
    to_post,
)
from connectors._reddit_reader import Listing, Reader
from connectors._reddit_settings import RedditSource
from connectors._reddit_talk import Talk
from connectors._reddit_walk import Memory
from connectors.base import (
    Batch,
    CanReply,
    Caution,
    Cursor,
    Length,
    OwnerReply,
    OwnReplies,
    Post,
    Posted,
    Rechecked,
    Target,
    Terms,
)

RECHECK = 100  # ids per call: https://www.reddit.com/dev/api#GET_api_info


class RedditConnector:
    """See `connectors/base.py`: reads, answers, notices, looks again."""

    settle = timedelta(minutes=2)  # from memory: an account's page is cached a while
    recheck_limit = RECHECK

    def __init__(
        self,
        source: RedditSource,
        account: Account,
        now: Callable[[], datetime],
        terms: Sequence[Terms],
    ) -> None:
        self._source = source
        self._account = account
        self._now = now
        self._talk = Talk(account, page=source.page)
        self._listings = self._all_listings(terms)

    def __repr__(self) -> str:
        return f"RedditConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Return new and edited submissions and comments, oldest first.

        Raises:
            Unavailable: as every call; what was read before it is returned.
            Refused: the login, a scope, or every subreddit's name.
        """
        now = self._now()
        memory = Memory.read(cursor)
        due, searched_at = self._due(memory, now)
        reader = Reader(self._account.client, _standing, self._source.page)
        reading = reader.read(due, memory.trails, self._start(now))
        known = {one.key for one in self._listings}
        after = replace(
            memory,
            trails={k: trail for k, trail in reading.trails.items() if k in known},
            searched_at=searched_at,
            left=reading.left,
        )
        return Batch(
            posts=sorted(reading.found.values(), key=lambda post: post.posted_at),
            cursor=after.write(),
            # A round that was resumed began a while ago: look at the top once more.
            more=bool(memory.left or reading.left),
            gaps=reading.gaps,
            set_aside=reading.aside,
            cautions=[
                Caution(
                    f"reddit-refused:{listing.key}:{now:%Y-%m-%d}",
                    f"{listing.what} cannot be read, the rest is: {refusal}",
                )
                for listing, refusal in reading.refused
            ],
        )

    def validate(self) -> str:
        """Return who we are and what is read; one call.

        Raises:
            Refused: the login or a scope is missing, and where to get it.
        """
        who = self._account.check()
        reads = ", ".join(dict.fromkeys(one.what for one in self._listings))
        return f"{who}; reads {reads or 'nothing: set search, subreddits or a login'}"

    def can_reply(self, target: Target) -> CanReply:
        return self._talk.can_reply(target)

    def measure(self, target: Target, text: str) -> Length:
        return self._talk.measure(target, text)

    def standing_reply(self, target: Target) -> OwnerReply | None:
        return self._talk.standing_reply(target)

    def reply(self, target: Target, text: str) -> Posted:
        return self._talk.reply(target, text)

    def find_reply(self, target: Target, text: str, since: datetime) -> Posted | None:
        return self._talk.find_reply(target, text, since)

    def own_replies(self, cursor: Cursor | None) -> OwnReplies:
        """Return what the brand's accounts commented since; see `Talk`."""
        return self._talk.own_replies(cursor, self._start(self._now()))

    def recheck(self, targets: Sequence[Target]) -> Rechecked:
        """Look again at up to 100 posts with one call.

        A deleted one still answers, without author and text; what does not answer,
        where others do, is gone, too.
        """
        if not targets:
            return Rechecked()
        ids = ",".join(one.id for one in targets[:RECHECK])
        told = self._account.client.get("/api/info", id=ids)
        things = {one.id: one for one in sound(read_things(told)[0])}
        if not things:  # deleted ones would answer: it shows us nothing at all
            return Rechecked()
        gone = {
            one.id: fate
            for one in targets[:RECHECK]
            if (fate := _fate(things.get(one.id))) is not None
        }
        return Rechecked([to_post(t) for k, t in things.items() if k not in gone], gone)

    def _all_listings(self, terms: Sequence[Terms]) -> list[Listing]:
        source = self._source
        found = [*comments_of(source.subreddits)]
        if source.has_login and source.inbox:
            found += inbox()
        if source.search:
            found += searches(source.search_in, terms)
        return found

    def _due(
        self, memory: Memory, now: datetime
    ) -> tuple[list[Listing], datetime | None]:
        """Return what to read now, and when every search was last begun."""
        left = [one for one in self._listings if one.key in memory.left]
        at = memory.searched_at
        if left:
            return left, at
        is_time = at is None or now - at >= self._source.search_every
        due = [
            one
            for one in self._listings
            if is_time or not one.is_search or one.key not in memory.trails
        ]
        return due, now if is_time else at

    def _start(self, now: datetime) -> float:
        """Return from when on things are news, in unix time."""
        if self._source.since is None:
            return (now - self._source.first).timestamp()
        return datetime.combine(self._source.since, time(), UTC).timestamp()


def _standing(thing: Thing) -> Post | None:
    """Return the post, or None for a tombstone: there is nothing to read."""
    return None if thing.fate else to_post(thing)


def _fate(thing: Thing | None) -> str | None:
    return NOT_LISTED if thing is None else thing.fate


__all__ = ["PLATFORM", "RedditConnector", "RedditSource"]
