"""What we remember of a feed between two polls: a feed has no cursor of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from hashlib import blake2b
from typing import Any

LEAST_KEPT = 500


def digest(*words: str) -> str:
    """Return 80 bits that stand for the words; no two of a feed's will be equal."""
    return blake2b("\x00".join(words).encode(), digest_size=10).hexdigest()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One entry we saw: a digest of its text, empty where edits mean nothing; and
    when we first saw it, if it told no date of its own."""

    text: str
    first_seen: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCursor:
    """All that a poll leaves to the next.

    `feed` stands for the feed's address: behind another one, ETag and gaps mean
    nothing. `seen` is in order of last sighting. `loose` are entries known from
    pages that were cut off; they do not show that a page joins what came before.
    `polled_at` is when we last saw a whole page.
    `held` is the last entry of a cut page, perhaps itself half.
    """

    feed: str
    seen: Mapping[str, Sighting] = field(default_factory=dict)
    loose: Sequence[str] = ()
    held: str = ""
    longest: int = 0
    polled_at: str | None = None
    etag: str | None = None
    modified: str | None = None

    @classmethod
    def read(cls, cursor: Mapping[str, Any] | None, feed: str) -> "FeedCursor":
        if cursor is None:
            return cls(feed=feed)
        # A list, for jsonb forgets the order of an object's keys.
        seen = {key: Sighting(*rest) for key, *rest in cursor["seen"]}
        if cursor["feed"] != feed:
            return cls(feed=feed, seen=seen)
        return cls(**{**cursor, "seen": seen})

    def write(self) -> dict[str, Any]:
        seen = [[key, one.text, one.first_seen] for key, one in self.seen.items()]
        names = [one.name for one in fields(self)]
        whole = {name: getattr(self, name) for name in names}
        return {**whole, "seen": seen, "loose": list(self.loose)}

    def joins(self, page: Mapping[str, Sighting]) -> bool:
        """Tell whether a whole page shows anything we knew: then nothing is missing.

        Mostly known texts under new ids count: a site may have renamed its entries.
        One known text does not: two people may both have written "Great!".
        """
        known = self.seen.keys() - set(self.loose) or self.seen.keys()
        if known & page.keys():
            return True
        texts = {self.seen[key].text for key in known} - {""}
        return 2 * sum(one.text in texts for one in page.values()) > len(page)

    def with_page(self, page: Mapping[str, Sighting]) -> dict[str, Sighting]:
        """Return `seen` with a page's entries last, the oldest forgotten.

        A feed that shrinks for a day must not make us forget the rest.
        """
        merged = {k: v for k, v in self.seen.items() if k not in page} | dict(page)
        room = max(LEAST_KEPT, 2 * len(page), len(self.seen))
        return dict(list(merged.items())[-room:])

    def since(self) -> datetime | None:
        return datetime.fromisoformat(self.polled_at) if self.polled_at else None
