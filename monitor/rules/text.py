"""What makes two texts the same, and a text fit to be kept."""

import re
from hashlib import blake2b

from connectors import Post
from monitor.rules.fold import fold

_LINK = re.compile(r"(?:https?://|www\.)\S*[^\s?!.,;:)\]\"'”’»]", re.IGNORECASE)
"""A link, without the punctuation of the sentence it ends."""
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029"
    "\u2066-\u2069\ud800-\udfff]"
)
_QUESTION = re.compile(r"\?(?![\w=&/%#])|[¿？؟⸮՞\u037e]|(?<=[\u0370-\u03ff]);")
"""A question mark of any script. Greek writes a semicolon; "?q=1" belongs to a link."""

_SENTENCE = re.compile(r"[.!…。！?？؟⸮՞\u037e;]+(?=\s|$)|[？؟。！]|$")
"""Where a sentence ends: at its mark, or with the line."""


def fit(text: str) -> str:
    """Replace what no database keeps (NUL, lone surrogates); offsets stay."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def text_hash(text: str) -> str:
    """Return what is equal for copies of one text, whatever its case and links.

    Links go before folding, which would cut them at their hyphens. Where links are
    all there is, they are the text: two shared pages are no copies.
    """
    spoken = _LINK.sub("http", text) if _LINK.sub("", text).strip() else text
    words = " ".join(fold(spoken).split())
    return blake2b(words.encode("utf-8", "replace"), digest_size=12).hexdigest()


def content_hash(post: Post) -> str:
    """Return what changes when the author edits the post: words or stars."""
    content = f"{post.rating}\n{post.text}"
    return blake2b(content.encode("utf-8", "replace"), digest_size=12).hexdigest()


def has_link(text: str) -> bool:
    return _LINK.search(text) is not None


def asks(text: str) -> bool:
    """Say whether a text asks something: a question mark outside its links."""
    return _QUESTION.search(_LINK.sub("", text)) is not None


def questions(text: str) -> frozenset[str]:
    """Return what a text asks, sentence by sentence, blind to case and spaces."""
    found = set()
    for line in _LINK.sub("", text).splitlines():
        start = 0
        for end in _SENTENCE.finditer(line):
            sentence = line[start : end.end()]
            if _QUESTION.search(sentence):
                found.add(" ".join(fold(sentence).split()))
            start = end.end()
    return frozenset(found)


def harmless(text: str) -> str:
    """Make a stranger's text safe to show: no control codes that steer a terminal,
    no bidirectional marks that turn the rest of the line around. Offsets stay."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", " \n"))


def escaped(document: str) -> str:
    """Write what steers a terminal as JSON's escapes; the value stays the same.

    Line ends between the values are JSON's own; those inside are escaped already.
    """
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def harmless_line(text: str) -> str:
    """The same for a name or a link: it cannot begin a line of its own."""
    return " ".join(harmless(text).split())
