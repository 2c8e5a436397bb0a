"""A feed's bytes -> entries in plain text: RSS 0.9x to 2.0, RDF, Atom, JSON Feed.

XML is read by feedparser (https://feedparser.readthedocs.io), to which broken XML
is a warning, not an error; JSON Feed by us.
"""

import calendar
import io
import re
from datetime import UTC, datetime
from typing import Any
from xml.sax import SAXException

from connectors._entries import (
    UNREADABLE,
    Entry,
    Feed,
    NotAFeed,
    absolute,
    each,
    is_web,
    language_tag,
    told_something,
)
from connectors._html import clean, feed_links, html_to_text
from connectors._json_feed import json_feed

LONGEST_NAME = 200  # and no stranger makes the patterns below slow
_ROOT_CLOSED = re.compile(r"</\s*(?:\w+:)?(?:rss|rdf|channel|feed)\s*>", re.IGNORECASE)

# "ann@acme.com (Ann Lee)" as RSS asks for, and the other way round.
_MAIL_FIRST = re.compile(r"\S+@\S+ \(([^()]+)\)")
_MAIL_LAST = re.compile(r"([^<>()]+?) ?[<(]\S+@\S+[>)]")
_UNKNOWN = "that is neither RSS, Atom nor JSON Feed"


def read_feed(body: bytes, content_type: str, address: str) -> Feed:
    """Read a feed; relative links are resolved against `address`.

    Raises:
        NotAFeed: an empty answer, a web page, or nothing that we know.
    """
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise NotAFeed("the answer is empty", fleeting=True)
    if start.startswith(b"{"):
        return json_feed(body, address)
    if start.lower().startswith((b"<!doctype html", b"<html")):
        raise NotAFeed(_web_page(body, address))
    return _xml_feed(body, content_type, address)


def _web_page(body: bytes, address: str) -> str:
    found = feed_links(body.decode("utf-8", "replace"), address)
    if not found:
        return "that is a web page, not a feed; look there for a link named RSS"
    return f"that is a web page, not a feed; it links to this feed: {found[0]}"


def _xml_feed(body: bytes, content_type: str, address: str) -> Feed:
    try:
        # BytesIO, or feedparser takes short bytes for the name of a file. Cleaning
        # and resolving HTML is left out: we keep none of it.
        import feedparser  # slow to import, and few commands read feeds

        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type} if content_type else {},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except UNREADABLE as e:
        raise NotAFeed(f"feedparser cannot read it ({type(e).__name__})") from e
    broken = isinstance(parsed.get("bozo_exception"), SAXException)
    if not parsed.get("version") and not parsed["entries"]:
        is_page = b"<html" in body[:4096].lower()
        raise NotAFeed(_web_page(body, address) if is_page else _UNKNOWN)
    cut = broken and _is_cut(body, str(parsed.get("encoding") or "utf-8"))
    if cut and not parsed["entries"]:
        raise NotAFeed("the XML breaks off before its first entry", fleeting=True)
    raws, told = parsed["entries"], parsed["feed"]
    entries, unread = each(raws, lambda raw: _xml_entry(raw, told, address))
    return Feed(
        title=_plain(told.get("title_detail")),
        link=absolute(told.get("link"), address),
        author=_author(told),
        entries=entries,
        # Where the body ends there may be nothing yet to read: no fault of the entry.
        unread=tuple(one for one in unread if not cut or one.number < len(raws)),
        broken=broken,
        cut=cut,
    )


def _is_cut(body: bytes, encoding: str) -> bool:
    try:
        end = body[-2048:].decode(encoding, "ignore")
    except LookupError:
        return True
    return _ROOT_CLOSED.search(end) is None


def _xml_entry(raw: Any, feed: Any, address: str) -> Entry:
    title = raw.get("title_detail")
    bodies = [*(raw.get("content") or ()), raw.get("summary_detail")]
    body = next((one for one in bodies if _plain(one)), None)
    return told_something(
        Entry(
            id=clean(str(raw.get("id") or "")),
            link=_xml_link(raw, address),
            title=_plain(title),
            body=_plain(body),
            author=_author(raw),
            author_url=absolute((raw.get("author_detail") or {}).get("href"), address),
            published=_date(raw, "published_parsed"),
            updated=_date(raw, "updated_parsed"),
            lang=language_tag(_language(body), _language(title), feed.get("language")),
        )
    )


def _author(raw: Any) -> str:
    """Return the author's name.

    Not as feedparser splits it: it cuts an e-mail address in the wrong place when
    the last label has more than four letters.
    """
    whole = clean(str(raw.get("author") or ""))[:LONGEST_NAME]
    found = _MAIL_FIRST.fullmatch(whole) or _MAIL_LAST.fullmatch(whole)
    if found:
        return found[1]
    detail = raw.get("author_detail") or {}
    return whole if "@" in whole else clean(str(detail.get("name") or whole))


def _xml_link(raw: Any, address: str) -> str:
    link = raw.get("feedburner_origlink") or raw.get("link")
    # An RSS guid counts as the link unless it says isPermaLink="false", which
    # many forget: "12345" is then no page of that site.
    if link == raw.get("id") and not is_web(link):
        return ""
    return absolute(link, address)


def _plain(detail: Any) -> str:
    """Return a title or body as plain text, by the type the feed gave it."""
    if not detail:
        return ""
    value, kind = str(detail.get("value") or ""), str(detail.get("type") or "")
    if kind.startswith(("image/", "audio/", "video/")):
        return ""
    return clean(value) if kind == "text/plain" else html_to_text(value)


def _language(detail: Any) -> str | None:
    return detail.get("language") if detail else None


def _date(raw: Any, name: str) -> datetime | None:
    # `in` first: feedparser warns when it answers "updated" with "published".
    parts = raw[name] if name in raw else None  # noqa: SIM401
    if not parts:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
