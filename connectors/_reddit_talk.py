"""Answering on Reddit, and finding what the brand answered by itself.

All of it is read off the account's own comments, newest first: one place, fresh, and
complete even where a thread is too long to be shown whole.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from connectors._reddit_account import Account
from connectors._reddit_errors import DOCS, of_reply
from connectors._reddit_listings import comments_by
from connectors._reddit_posts import (
    Thing,
    Unreadable,
    clean,
    read_things,
    sound,
    to_own_reply,
    to_owner_reply,
)
from connectors._reddit_reader import Reader
from connectors._reddit_walk import Memory
from connectors.base import (
    CanReply,
    Cursor,
    Length,
    OwnerReply,
    OwnReplies,
    OwnReply,
    Posted,
    Refused,
    Target,
    Unavailable,
)

LONGEST = 10_000  # characters, from memory
MOST_PAGES = 10  # a listing ends after about 1,000
CLOCKS_APART = timedelta(minutes=2)
_CLOSED = {
    "locked": "its moderators locked it",
    "archived": "it is archived: Reddit takes no more answers to it",
    "quarantine": "its subreddit is quarantined, which the API does not let us answer",
}


class Talk:
    def __init__(self, account: Account, page: int) -> None:
        self._account = account
        self._client = account.client
        self._page = page

    def can_reply(self, target: Target) -> CanReply:
        if not self._account.has_login:
            reason = f"this source has no login of the brand's (see {DOCS})"
            return CanReply(ok=False, reason=reason, url=target.url)
        for name, reason in _CLOSED.items():
            if target.ref.get(name):
                return CanReply(ok=False, reason=reason, url=target.url)
        return CanReply(ok=True)

    def measure(self, target: Target, text: str) -> Length:  # noqa: ARG002
        return Length(len(text), LONGEST)

    def reply(self, target: Target, text: str) -> Posted:
        """Publish a comment under the post.

        Raises:
            Unavailable: the account is slowed down, or `unclear`.
            Refused: banned there, too long, not taken.
            Gone: locked, archived or deleted.
        """
        if not self._account.has_login:
            raise Refused(self.can_reply(target).reason)
        told = self._client.post("/api/comment", thing_id=target.id, text=text)
        if error := of_reply(told):
            raise error
        return _posted(_stored(told))

    def standing_reply(self, target: Target) -> OwnerReply | None:
        """Return the newest answer under the post by any of the brand's accounts.

        One that lies behind 1,000 others is not found; `own_replies` saw it pass.
        """
        found = [
            thing
            for name in self._account.names()
            for thing in self._comments(name, target.posted_at - CLOCKS_APART)
            if _answers(thing, target)
        ]
        newest = max(found, key=lambda one: one.at, default=None)
        return None if newest is None else to_owner_reply(newest)

    def find_reply(self, target: Target, text: str, since: datetime) -> Posted | None:
        """Return our comment with this text, whatever white space became of it."""
        wanted = clean(text).split()
        name, start = self._client.name(), since - CLOCKS_APART
        for thing in self._comments(name, start, all_of_them=True):
            if _answers(thing, target) and thing.text.split() == wanted:
                return _posted(thing)
        return None

    def own_replies(self, cursor: Cursor | None, start: float) -> OwnReplies:
        """Return what the brand's accounts commented since, oldest first."""
        memory = Memory.read(cursor)
        listings = [comments_by(name) for name in self._account.names()]
        left = [one for one in listings if one.key in memory.left]
        reader = Reader(self._client, _own_reply, self._page)
        reading = reader.read(left or listings, memory.trails, start)
        for _, refusal in reading.refused:
            raise Refused(str(refusal))
        return OwnReplies(
            replies=sorted(reading.found.values(), key=lambda one: one.reply.posted_at),
            cursor=Memory(trails=reading.trails, left=reading.left).write(),
            more=bool(left or reading.left),
        )

    def _comments(
        self, name: str, since: datetime, *, all_of_them: bool = False
    ) -> Iterator[Thing]:
        """Yield an account's comments, newest first, until `since`.

        Raises:
            Unavailable: `all_of_them` are more than Reddit lists: we cannot tell.
        """
        after: str | None = None
        for _ in range(MOST_PAGES):
            things, after = self._one_page(name, after)
            yield from (thing for thing in things if thing.at >= since)
            if after is None or (things and things[-1].at < since):
                return
        if all_of_them:
            raise Unavailable(f"u/{name} wrote more since then than Reddit lists")

    def _one_page(self, name: str, after: str | None) -> tuple[list[Thing], str | None]:
        listing = comments_by(name)
        where = {"after": after} if after else {}
        told = self._client.get(
            listing.path, **listing.params, limit=self._page, **where
        )
        things, after = read_things(told)
        return sound(things), after


def _answers(thing: Thing, target: Target) -> bool:
    return thing.data.get("parent_id") == target.id and thing.fate is None


def _own_reply(thing: Thing) -> OwnReply | None:
    return None if thing.fate else to_own_reply(thing)


def _stored(told: Any) -> Thing:
    """Return the comment that Reddit says it stored."""
    try:
        thing = told["json"]["data"]["things"][0]
        return Thing(str(thing["kind"]), dict(thing["data"]))
    except (KeyError, IndexError, TypeError, ValueError):
        raise Unavailable(
            "Reddit did not show the reply that it took", unclear=True
        ) from None


def _posted(thing: Thing) -> Posted:
    try:
        stored = to_owner_reply(thing)
    except Unreadable:
        raise Unavailable(
            "Reddit did not show the reply that it took", unclear=True
        ) from None
    return Posted(id=stored.id, url=stored.url, posted_at=stored.posted_at)
