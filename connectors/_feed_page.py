"""One page of a feed beside what we knew of it. Decides, and does nothing else."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from connectors._entries import Entry, Feed, Unread, is_web
from connectors._feed_cursor import FeedCursor, Sighting, digest
from connectors.base import Author, Cursor, Gap, Kind, Post, SetAside

LONGEST_ID = 400
_NO_DATE_BEFORE = datetime(1970, 1, 2, tzinfo=UTC)  # how servers write "unknown"
_URI = re.compile(r"tag:|urn:|\w+://", re.IGNORECASE)

# Links that only lead on to the real page, and the parameters that may hold it.
_WRAPPERS = {
    ("www.google.com", "/url"): ("url", "q"),
    ("www.bing.com", "/news/apiclick.aspx"): ("url",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page comes from. `key` stands for its address, which may be secret."""

    source: str
    platform: str
    host: str
    key: str
    home: str


class Page:
    """What one fetch brought: posts, gaps, what could not be read, the next cursor."""

    def __init__(
        self, feed: Feed, before: FeedCursor, now: datetime, place: Place
    ) -> None:
        self._feed = feed
        self._before = before
        self._now = now
        self._place = place
        self._entries = dict(_named(feed.entries, place.key))
        self._held = self._hold_back() if feed.cut else ""
        self._sightings = {
            digest(name): self._sighting(digest(name), entry)
            for name, entry in self._entries.items()
        }

    def posts(self) -> Sequence[Post]:
        """Return the new and the edited, oldest first.

        Feeds are newest first, so entries without a date come from its end.
        """
        found = [
            self._post(name, entry)
            for name, entry in reversed(self._entries.items())
            if self._is_news(digest(name))
        ]
        return sorted(found, key=lambda post: post.posted_at)

    def gaps(self) -> Sequence[Gap]:
        """Return the gap before this page, if it shows nothing that we knew.

        Not for a page that is cut off (the next whole one will tell), nor for one
        shorter than the feed was (it forgets by age), nor for a feed of one entry,
        which would cry wolf at each.
        """
        full = len(self._sightings) >= max(2, self._before.longest)
        if self._feed.cut or not full or not self._before.seen:
            return ()
        if self._before.polled_at is None or self._before.joins(self._sightings):
            return ()
        since = self._before.since()
        oldest = min(self._posted_at(n, e) for n, e in self._entries.items())
        until = oldest if since and oldest > since else self._now
        reason = (
            f"all {len(self._sightings)} entries of the feed are new; others may have "
            "come and gone between two polls: poll it more often (`every`)"
        )
        return (Gap(since, until, reason),)

    def set_aside(self) -> Sequence[SetAside]:
        """Return what could not be read, each once."""
        name = self._feed.title or self._place.source
        return [
            SetAside(f"{name} entry {one.label}", one.reason)
            for key, one in self._unread().items()
            if key not in self._before.seen
        ]

    def cursor(self, headers: Mapping[str, str]) -> Cursor:
        loose = [*self._before.loose, *self._sightings] if self._feed.cut else []
        unread = dict.fromkeys(self._unread(), Sighting(""))
        # Had we half a feed, its ETag would hide the other half from us.
        whole = not self._feed.broken
        return replace(
            self._before,
            seen=self._before.with_page({**unread, **self._sightings}),
            loose=self._newly(loose),
            held=self._held,
            longest=max(self._before.longest, len(self._sightings)),
            polled_at=self._polled_at(),
            etag=_to_send_back(headers.get("etag")) if whole else None,
            modified=_to_send_back(headers.get("last-modified")) if whole else None,
        ).write()

    def _polled_at(self) -> str:
        """Return since when nothing may be missing: a cut page proves nothing."""
        before = self._before.polled_at
        return before if before and self._feed.cut else self._now.isoformat()

    def _newly(self, loose: Sequence[str]) -> Sequence[str]:
        """Leave out what a whole page had shown before: that stays firm."""
        firm = self._before.seen.keys() - set(self._before.loose)
        return tuple(key for key in dict.fromkeys(loose) if key not in firm)

    def _is_news(self, key: str) -> bool:
        before = self._before.seen.get(key)
        return before is None or before.text != self._sightings[key].text

    def _hold_back(self) -> str:
        """Leave out the last entry of a cut page, unless it came the same twice.

        Where the body ends, its text or even its id may have ended too early. The
        same end again is how this feed always is.
        """
        if not self._entries:
            return ""
        name, entry = next(reversed(self._entries.items()))
        held = digest(name, entry.title, entry.body)
        if held != self._before.held:
            del self._entries[name]
        return held

    def _unread(self) -> dict[str, Unread]:
        return {digest("unread", u.label, u.reason): u for u in self._feed.unread}

    def _sighting(self, key: str, entry: Entry) -> Sighting:
        before = self._before.seen.get(key)
        first_seen = before.first_seen if before else None
        if self._own_date(entry) is None and first_seen is None:
            first_seen = self._now.isoformat()
        return Sighting(_text_digest(entry), first_seen)

    def _own_date(self, entry: Entry) -> datetime | None:
        """Return the entry's own date, if it can be one: not "unknown", not to come."""
        at = entry.published or entry.updated
        return at if at and _NO_DATE_BEFORE <= at <= self._now else None

    def _posted_at(self, name: str, entry: Entry) -> datetime:
        first_seen = self._sightings[digest(name)].first_seen
        if first_seen:
            return datetime.fromisoformat(first_seen)
        return self._own_date(entry) or self._now

    def _post(self, name: str, entry: Entry) -> Post:
        return Post(
            platform=self._place.platform,
            id=name,
            url=unwrapped(entry.link) or self._feed.link or self._place.home,
            author=self._author(entry),
            text=_text(entry),
            posted_at=self._posted_at(name, entry),
            kind=Kind.ARTICLE,
            lang=entry.lang or None,
            edited_at=self._edited_at(name, entry),
        )

    def _author(self, entry: Entry) -> Author:
        """Return who wrote it; unnamed, it is the feed, or the site an alert found."""
        name, target = entry.author, unwrapped(entry.link)
        if not name and target != entry.link:
            return Author(handle=urlsplit(target).hostname or self._place.host)
        name = name or self._feed.author or self._feed.title or self._place.host
        return Author(handle=name, name=name, url=entry.author_url or None)

    def _edited_at(self, name: str, entry: Entry) -> datetime | None:
        """Return when it was edited: for a change we noticed ourselves, since the
        last poll; else as the feed says, if it says so."""
        updated, after = entry.updated, self._posted_at(name, entry)
        known = digest(name) in self._before.seen
        if known:
            after = self._before.since() or after
        if updated and after < updated <= self._now:
            return updated
        return self._now if known else None


def _to_send_back(value: str | None) -> str | None:
    """Return a header's value if we could send it: a server may not be able to."""
    fit = value and len(value) < 1000 and value.isascii() and value.isprintable()
    return value if fit else None


def _named(entries: Sequence[Entry], feed_key: str) -> Iterator[tuple[str, Entry]]:
    """Yield each entry with the id of its post: its id, else link, else its words.

    An id that several links share names none of them (some feeds give every entry
    the address of their front page); of several with the same link, the one updated
    last counts. An id that is no URI need not be unique beyond this feed.
    """
    links = defaultdict(set)
    for entry in entries:
        links[entry.id].add(entry.link or entry.title)
    best: dict[str, Entry] = {}
    for entry in entries:
        name = _name(entry, feed_key, shared=len(links[entry.id]) > 1)
        if name not in best or _updated(entry) > _updated(best[name]):
            best[name] = entry
    yield from best.items()


def _name(entry: Entry, feed_key: str, *, shared: bool) -> str:
    target = unwrapped(entry.link)
    if target != entry.link:  # an alert: the same story comes under several ids
        name = target
    elif not entry.id or shared:
        name = entry.link or f"sha256:{_words(entry)}"
    else:
        name = entry.id if _URI.match(entry.id) else f"{feed_key}:{entry.id}"
    if len(name) > LONGEST_ID:
        return f"sha256:{sha256(name.encode()).hexdigest()}"
    return name


def _words(entry: Entry) -> str:
    published = entry.published.isoformat() if entry.published else ""
    words = f"{entry.title}\0{published}\0{entry.body}"
    return sha256(words.encode()).hexdigest()


def _updated(entry: Entry) -> datetime:
    return entry.updated or entry.published or _NO_DATE_BEFORE


def unwrapped(link: str) -> str:
    """Return where a link of Google Alerts or Bing News really leads."""
    parts = urlsplit(link)
    names = _WRAPPERS.get((parts.hostname or "", parts.path), ())
    query = parse_qs(parts.query)
    found = (query[name][0] for name in names if name in query)
    return next(filter(is_web, found), link)


def _text_digest(entry: Entry) -> str:
    """Return what changes when the author edits; for alerts nothing, for their
    excerpt differs each time."""
    text = _text(entry)
    return digest(text) if text and unwrapped(entry.link) == entry.link else ""


def _text(entry: Entry) -> str:
    """Return title and body; a title that only repeats how the body begins, once."""
    first, _, _ = entry.body.partition("\n")
    if not entry.title or first.casefold() == entry.title.casefold():
        return entry.body
    return f"{entry.title}\n{entry.body}".rstrip()
