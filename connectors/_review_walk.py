"""A newest-first list of reviews, walked page by page. Decides, and calls nobody.

For platforms whose lists have no "since" and whose reviews change without a word:
the last days are read again on every walk, and compared by digest with what was
there before.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors._feed_cursor import digest
from connectors.base import Post, SetAside

MOST_KEPT = 2000
"""Reviews remembered per list. One that was forgotten only comes twice."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its reviews, where the next one is, and what could not be read.

    `next` is JSON that the platform's own connector reads; None at the end.
    """

    posts: Sequence[Post]
    next: Any = None
    set_aside: Sequence[SetAside] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A review as we saw it: when written (unix time), digests of what may change."""

    written: int
    words: str
    reply: str

    @classmethod
    def of(cls, post: Post) -> "Sighting":
        reply = post.owner_reply
        stands = [reply.text, reply.posted_at.isoformat()] if reply else []
        return cls(
            written=int(post.posted_at.timestamp()),
            words=digest(post.text, str(post.rating))[:12],
            reply=digest(*stands, json.dumps(dict(post.ref), sort_keys=True))[:12],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far we are in one list.

    `done` is the newest review of the last walk that came to its end; what is older
    was read. A walk underway keeps where it goes on (`position`), the newest it saw
    (`newest`), how many pages it read and what stood on the last one. A walk that
    took several polls is followed by one to `catch_up` with what is newer than its
    start, which reads nothing again. Times are unix seconds.
    """

    seen: Mapping[str, Sighting] = field(default_factory=dict)
    done: int | None = None
    position: Any = None
    newest: int | None = None
    pages: int = 0
    last: Sequence[str] = ()
    catch_up: bool = False

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> "Walk":
        if kept is None:
            return cls()
        seen = {key: Sighting(*rest) for key, *rest in kept["seen"]}
        return cls(**{**kept, "seen": seen, "last": tuple(kept["last"])})

    def write(self) -> dict[str, Any]:
        seen = [[k, s.written, s.words, s.reply] for k, s in self.seen.items()]
        return {
            "seen": seen,
            "done": self.done,
            "position": self.position,
            "newest": self.newest,
            "pages": self.pages,
            "last": list(self.last),
            "catch_up": self.catch_up,
        }

    @property
    def is_underway(self) -> bool:
        return self.position is not None

    def joins(self, page: Page) -> bool:
        """Tell whether the last page, read again, shows anything that it showed before.

        Then what moved up onto it, as reviews above were deleted, stands below that;
        if not, more was deleted than a page holds, and one must look further up.
        """
        return not self.last or any(digest(p.id) in self.last for p in page.posts)

    def news(self, page: Page, now: datetime) -> list[Post]:
        """Return the page's new and changed reviews. Edited words say when, if the
        platform does not: now, when we noticed."""
        found = []
        for post in page.posts:
            before, after = self.seen.get(digest(post.id)), Sighting.of(post)
            if before is None:
                found.append(post)
            elif before.words != after.words:
                found.append(replace(post, edited_at=post.edited_at or now))
            elif before.reply != after.reply:
                found.append(post)
        return found

    def unread(self, page: Page) -> list[SetAside]:
        """Return what of the page could not be read, each once: it comes again with
        every walk."""
        return [one for one in page.set_aside if _name_of(one) not in self.seen]

    def after(self, page: Page, now: datetime, reread: timedelta) -> "Walk":
        """Return the walk after this page: one further, or at its end."""
        seen = self._with(page, now)
        written = [int(post.posted_at.timestamp()) for post in page.posts]
        newest = max([*written, *([self.newest] if self.newest is not None else [])],
                     default=None)  # fmt: skip
        horizon = now if self.catch_up else now - reread
        if page.next is None or self._is_far_enough(written, horizon):
            done = newest if newest is not None else self.done
            return Walk(seen=seen, done=done)
        return replace(
            self,
            seen=seen,
            position=page.next,
            newest=newest,
            pages=self.pages + 1,
            last=tuple(digest(post.id) for post in page.posts),
        )

    def reread(self, page: Page, now: datetime) -> "Walk":
        """Return the walk where it is, after a page that it has passed was read again."""
        return replace(self, seen=self._with(page, now))

    def from_the_top(self) -> "Walk":
        """Return the walk started anew: the way on was lost."""
        return Walk(seen=self.seen, done=self.done, catch_up=self.catch_up)

    def _with(self, page: Page, now: datetime) -> Mapping[str, Sighting]:
        sightings = {digest(post.id): Sighting.of(post) for post in page.posts}
        put_away = Sighting(int(now.timestamp()), "", "")
        unread = {_name_of(one): put_away for one in page.set_aside}
        return _newest({**self.seen, **sightings, **unread})

    def _is_far_enough(self, written: Sequence[int], horizon: datetime) -> bool:
        if self.done is None or not written:
            return False
        return min(written) < min(self.done, int(horizon.timestamp()))


def moment(told: Any) -> datetime:
    """Read an ISO time; one without a zone is UTC.

    Raises:
        ValueError: it is none.
    """
    at = datetime.fromisoformat(str(told))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def with_title(title: Any, body: Any) -> str:
    """Return title and words as one text, the title as its first line."""
    words = [str(part).strip() for part in (title, body) if part]
    return "\n".join(dict.fromkeys(filter(None, words)))


def same_words(one: str, other: str) -> bool:
    """Tell whether a platform's copy of a reply is ours: it may reflow white space."""
    return " ".join(one.split()) == " ".join(other.split())


def _name_of(unread: SetAside) -> str:
    return digest("unread", unread.where, unread.reason)


def _newest(seen: Mapping[str, Sighting]) -> Mapping[str, Sighting]:
    if len(seen) <= MOST_KEPT:
        return seen
    by_age = sorted(seen.items(), key=lambda item: item[1].written, reverse=True)
    return dict(by_age[:MOST_KEPT])
