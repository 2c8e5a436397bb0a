"""An entry and a feed, as each format becomes them; what all formats share."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from connectors._html import clean

_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

# What a parser raises over input that nobody foresaw. One entry's fault must not
# take its neighbours along.
UNREADABLE = (
    ValueError, TypeError, LookupError, AttributeError, AssertionError, OverflowError,
    RecursionError,
)  # fmt: skip


class NotAFeed(Exception):
    """The bytes are something else; the message says what, and the remedy.

    `fleeting`: empty or cut off, so that another fetch may well bring the feed.
    """

    def __init__(self, message: str, *, fleeting: bool = False) -> None:
        super().__init__(message)
        self.fleeting = fleeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as its feed tells it; empty where the feed is silent.

    `link` is absolute, http or https. `title` and `body` are plain text.
    """

    id: str
    link: str
    title: str
    body: str
    author: str = ""
    author_url: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry that could not be read: which one, counted from 1, and why."""

    number: int
    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed read whole, or as far as it came: `cut` says that its end is missing.

    `broken` says that the XML had faults, so that another fetch may bring more.
    """

    title: str
    link: str
    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...] = ()
    author: str = ""
    cut: bool = False
    broken: bool = False


def each(
    many: Iterable[Any], read: Callable[[Any], Entry]
) -> tuple[tuple[Entry, ...], tuple[Unread, ...]]:
    entries, unread = [], []
    for number, raw in enumerate(many, start=1):
        try:
            entry = read(raw)
        except UNREADABLE as e:
            unread.append(Unread(number, _label(raw, number), clean(str(e))[:200]))
        else:
            entries.append(entry)
    return tuple(entries), tuple(unread)


def _label(raw: Any, number: int) -> str:
    named = raw if isinstance(raw, Mapping) else {}
    label = named.get("id") or named.get("link") or named.get("title")
    return clean(str(label))[:100] if label else f"number {number}"


def told_something(entry: Entry) -> Entry:
    if not (entry.id or entry.link or entry.title or entry.body):
        raise ValueError("it is empty: no id, link, title or text")
    return entry


def language_tag(*words: Any) -> str:
    """Return the first that is a language tag, as BCP 47 writes it."""
    for word in words:
        tag = str(word or "").strip().replace("_", "-")
        if _LANG.fullmatch(tag):
            return tag
    return ""


def is_web(link: Any) -> bool:
    return isinstance(link, str) and link.lower().startswith(("http://", "https://"))


def absolute(link: Any, address: str) -> str:
    """Return an absolute http or https link, or nothing.

    A link that leads back to the feed itself is nothing: its address may be secret.
    """
    if not isinstance(link, str) or not link.strip():
        return ""
    try:
        whole = urljoin(address, clean(link).replace("\n", ""))
        parts = urlsplit(whole)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return "" if whole == address else whole
