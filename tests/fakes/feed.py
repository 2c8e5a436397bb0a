"""Feeds in the shape of real ones, written as text so that a test shows what it reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed; what is None is left out."""

    id: str | None = None
    text: str | None = None
    title: str | None = None
    link: str | None = None
    author: str | None = None
    at: datetime | None = None

    def rss(self) -> str:
        parts = [
            f'<guid isPermaLink="false">{escape(self.id)}</guid>' if self.id else "",
            f"<title>{escape(self.title)}</title>" if self.title else "",
            f"<link>{escape(self.link)}</link>" if self.link else "",
            f"<dc:creator>{escape(self.author)}</dc:creator>" if self.author else "",
            f"<pubDate>{format_datetime(self.at)}</pubDate>" if self.at else "",
        ]
        if self.text is not None:  # HTML inside XML: escaped twice
            parts.append(f"<description>{escape(escape(self.text))}</description>")
        return f"<item>{''.join(parts)}</item>"


def rss(items: Sequence[Item | str], title: str = "Acme News") -> bytes:
    """Return an RSS 2.0 feed; a string is an item in its own words."""
    told = "".join(i if isinstance(i, str) else i.rss() for i in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>{escape(title)}</title>"
        f"<link>https://news.example/</link>{told}</channel></rss>"
    ).encode()


def atom(entries: str, attributes: str = "") -> bytes:
    """Return an Atom feed around entries in their own words."""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>'
        f"<title>Acme Blog</title><id>tag:blog.example,2026:feed</id>{entries}</feed>"
    ).encode()


def day(number: int, hour: int = 12) -> datetime:
    """Return a time in November 2026."""
    return datetime(2026, 11, number, hour, tzinfo=UTC)
