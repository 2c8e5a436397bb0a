"""Feeds: RSS, RDF, Atom, JSON Feed, Google Alerts. Read only; one page, no paging.

Specifications: https://www.rssboard.org/rss-specification,
https://www.rfc-editor.org/rfc/rfc4287 (Atom), https://www.jsonfeed.org.
Surprises: a feed shows its newest entries only, so that what comes and goes between
two polls is lost and must be told as a gap; a guid need not be unique beyond its
feed, and Google Alerts gives one story several; a server may cut a body short
without a word, and would then answer 304 to the ETag of that half.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from connectors._entries import Feed, NotAFeed
from connectors._feed_cursor import FeedCursor, digest
from connectors._feed_page import Page, Place
from connectors._feeds import read_feed
from connectors._rss_settings import RssSource
from connectors.base import (
    Batch,
    Cursor,
    Refused,
    Unavailable,
)
from connectors.clock import utc_now
from connectors.http import Answer, Http

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, */*;q=0.8"
)


class RssConnector:
    def __init__(
        self, source: RssSource, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._source = source
        self._now = now
        self._url = source.url
        self._host = urlsplit(self._url).hostname or "the feed"
        self._feed_key = digest(self._url)
        self._http = Http(
            base_url=self._url,
            check="the name, password or key in `url`",
            timeout=source.timeout,
            max_bytes=source.max_bytes,
            allow_private=source.allow_private,
            now=now,
        )

    def __repr__(self) -> str:
        return f"RssConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Return what is new or edited on the feed's page.

        Raises:
            Unavailable: no answer, or for now something else than the feed.
            Refused: the address is wrong, closed to us, or gone for good.
        """
        now = self._now()
        before = FeedCursor.read(cursor, self._feed_key)
        answer = self._fetch(before, worked=cursor is not None)
        if answer.status == 304 and (before.etag or before.modified):
            return Batch((), replace(before, polled_at=now.isoformat()).write())
        feed = self._read(answer, worked=cursor is not None)
        page = Page(feed, before, now, self._place())
        is_first = cursor is None and self._source.first == "new"
        return Batch(
            posts=() if is_first else page.posts(),
            cursor=page.cursor(answer.headers),
            gaps=page.gaps(),
            set_aside=page.set_aside(),
        )

    def validate(self) -> str:
        """Return the feed's title, how many entries it holds, and its newest date."""
        answer = self._fetch(FeedCursor(feed=self._feed_key), worked=False)
        feed = self._read(answer, worked=False)
        dates = [at for e in feed.entries if (at := e.published or e.updated)]
        newest = f", newest {max(dates):%Y-%m-%d}" if dates else ""
        title, count = feed.title or self._host, len(feed.entries)
        found = f'"{title}", {count} {"entry" if count == 1 else "entries"}{newest}'
        if not answer.moved:
            return found
        return f"{found}; it has moved for good to {answer.host}, change `url`"

    def _fetch(self, before: FeedCursor, *, worked: bool) -> Answer:
        headers = {"Accept": ACCEPT}
        if before.etag:
            headers["If-None-Match"] = before.etag
        if before.modified:
            headers["If-Modified-Since"] = before.modified
        answer = self._http.get(headers=headers, accept={404, 410})
        if answer.status == 410:
            raise Refused(f"{self._host}: the feed is gone for good: remove it")
        if answer.status == 404:
            raise self._unfit("there is no feed at this address (404)", worked=worked)
        return answer

    def _read(self, answer: Answer, *, worked: bool) -> Feed:
        kind = answer.headers.get("content-type", "")
        try:
            return read_feed(answer.body, kind, self._base())
        except NotAFeed as e:
            raise self._unfit(str(e), worked=worked or e.fleeting) from e

    def _place(self) -> Place:
        return Place(
            source=self._source.name,
            platform=self._source.platform,
            host=self._host,
            key=self._feed_key,
            home=urljoin(self._base(), "/"),
        )

    def _base(self) -> str:
        """Return what relative links stand on: ours, as a redirect may change daily.

        Without name, password and query, which may be secret.
        """
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def _unfit(self, reason: str, *, worked: bool) -> Unavailable | Refused:
        """A feed that worked before may only be under repair: that mends itself."""
        if worked:
            return Unavailable(f"{self._host}: {reason}")
        return Refused(f"{self._host}: {reason}; correct `url`")
