"""HTML as a stranger wrote it -> plain text that a person, and a model, can read.

Uses the parser of the standard library, which reads any tag soup and fetches
nothing: https://docs.python.org/3/library/html.parser.html
"""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urljoin

Attributes = Sequence[tuple[str, str | None]]

_DROPPED = frozenset({"script", "style", "iframe", "noembed", "noframes", "object"})
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "table"}
)
_LINES = frozenset(
    {"div", "li", "tr", "section", "article", "header", "footer", "dt", "dd", "br"}
    | {"hr", "figure", "figcaption", "option", "address", "aside", "main", "nav"}
)
_CELLS = frozenset({"td", "th"})
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json"}
)

# What no database column and no terminal wants: C0 and C1 controls but tab and
# newline, and halves of surrogate pairs (JSON may hold them, UTF-8 may not).
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_NEWLINE = re.compile(r" ?\n ?")
_MANY_NEWLINES = re.compile(r"\n{3,}")
_HAS_ALNUM = re.compile(r"\w")
_DECLARATION = re.compile(r"<[!?][^<>]*>?")
_CUT_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<=]*=[^<]*)?$")


def clean(text: str) -> str:
    """Return plain text with its white space tidied and control characters gone."""
    text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _AROUND_NEWLINE.sub("\n", _SPACES.sub(" ", text))
    return _MANY_NEWLINES.sub("\n\n", text).strip()


def html_to_text(html: str) -> str:
    """Return what a browser would show: entities read, blocks on their own lines.

    Links keep their text, lists get a dash, scripts and styles are dropped.
    """
    reader = _TextReader()
    reader.feed(_defused(html))
    reader.close()
    return clean("".join(reader.parts))


def feed_links(html: str, base: str) -> list[str]:
    """Return the feeds a web page names in its head, absolute, in its order."""
    finder = _FeedFinder()
    finder.feed(_defused(html))
    finder.close()
    return [urljoin(base, href) for href in finder.found]


def _defused(html: str) -> str:
    """Take out what the standard parser chokes on, in linear time.

    On Python 3.11 it raises AssertionError at "<![x", and reads unclosed comments
    and tags in quadratic time: 150 kB of "<!--" from a stranger is ten seconds.
    """
    html = _without_comments(html.replace("<![CDATA[", "").replace("]]>", ""))
    html = _DECLARATION.sub("", html)
    closed = html.rfind(">") + 1  # no tag can end after this
    tail = _CUT_TAG.sub("", html[closed:]).replace("<", "&lt;")
    return html[:closed] + tail


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        end = html.find("-->", start)
        if end < 0:
            break
        kept.append(html[at:start])
        at = end + len("-->")
    return "".join(kept) + html[at:]


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._dropping: str | None = None
        self._preformatted = 0
        self._at_line_start = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropping is None and tag in _DROPPED:
            self._dropping = tag
        elif tag == "img":
            self.handle_data(_emoji(attrs))
        else:
            self._preformatted += tag == "pre"
            self._break_at(tag)
            if tag == "li":
                self.handle_data("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._dropping:
            self._dropping = None
            return
        self._preformatted -= tag == "pre" and self._preformatted > 0
        if tag not in {"br", "li"}:  # the next item opens its own line
            self._break_at(tag)

    def handle_data(self, data: str) -> None:
        if self._dropping is not None:
            return
        # Newlines in the source mean nothing in HTML, but in <pre> they do.
        self.parts.append(data if self._preformatted else re.sub(r"\s+", " ", data))
        self._at_line_start = self._at_line_start and data.isspace()

    def _break_at(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag == "br" or (tag in _LINES and not self._at_line_start):
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append(" ")
            return
        if tag in _PARAGRAPHS | _LINES:
            self._at_line_start = True


class _FeedFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        kind = (named.get("type") or "").strip().lower()
        href = (named.get("href") or "").strip()
        if tag == "link" and kind in _FEED_TYPES and href:
            self.found.append(href)


def _emoji(attrs: Attributes) -> str:
    """Return the alt text of a picture that stands for an emoji, else nothing.

    Blogs turn emoji into pictures, and a heart says how somebody feels.
    """
    alt = dict(attrs).get("alt") or ""
    return "" if len(alt) > 16 or _HAS_ALNUM.search(alt) else alt
