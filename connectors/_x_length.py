"""How X counts a post: https://docs.x.com/fundamentals/counting-characters.

Most letters count one, CJK and emoji two, every link 23 whatever its length, and the
@name that X itself puts before a reply counts nothing. Text counts as NFC. Ranges:
the published configuration of twitter-text, version 3.
"""

import re
import unicodedata
from collections.abc import Iterator

URL_WEIGHT = 23
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

_URL = re.compile(
    r"(?<![\w@$#./-])(?:https?://[^\s<>\"]+|"
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|info|biz|edu|gov|io|co|app|dev|me|ai|shop|store|online|xyz|"
    r"de|fr|uk|us|eu|es|it|nl|be|at|ch|jp|cn|in|br|ca|au|ru|pl|se|no|fi|dk|ie|pt|tv)"
    r"(?![\w@])(?:/[^\s<>\"]*)?)",
    re.IGNORECASE,
)
_TRAILING = ".,:;!?'\")]}…"

_PICTURE = (
    r"(?:[\U0001F1E6-\U0001F1FF]{2}"  # flags
    r"|[0-9#*]\uFE0F?\u20E3"  # keycaps
    r"|(?:[\u00A9\u00AE\u203C\u2049\u2122\u2139\u2194-\u21AA\u231A-\u23FF\u24C2"
    r"\u25AA-\u25FE\u2600-\u27BF\u2934\u2935\u2B05-\u2B55\u3030\u303D\u3297\u3299"
    r"\U0001F000-\U0001F1E5\U0001F200-\U0001FAFF]"
    r"[\uFE0E\uFE0F]?[\U0001F3FB-\U0001F3FF]?[\U000E0020-\U000E007F]*))"
)
_EMOJI = re.compile(rf"{_PICTURE}(?:\u200D{_PICTURE}|\u200D[\u2640\u2642]\uFE0F?)*")


def weighted_length(text: str, free: str = "") -> int:
    """Return how many of its 280 characters X will count for `text`.

    `free` is the handle that X itself puts before a reply: written there again, at
    the very start, it does not count.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if free:
        text = re.sub(rf"^@{re.escape(free)}(?:\s+|$)", "", text, flags=re.IGNORECASE)
    return sum(_weights(text))


def has_link(text: str) -> bool:
    """Tell whether X would make a link of any part, which it bills higher."""
    return _URL.search(unicodedata.normalize("NFC", text)) is not None


def _weights(text: str) -> Iterator[int]:
    at = 0
    for link in _URL.finditer(text):
        end = link.start() + len(link[0].rstrip(_TRAILING))
        yield from _plain(text[at : link.start()])
        yield URL_WEIGHT
        at = end
    yield from _plain(text[at:])


def _plain(text: str) -> Iterator[int]:
    at = 0
    for emoji in _EMOJI.finditer(text):
        yield from (_weight(char) for char in text[at : emoji.start()])
        yield 2
        at = emoji.end()
    yield from (_weight(char) for char in text[at:])


def _weight(char: str) -> int:
    return 1 if any(low <= ord(char) <= high for low, high in LIGHT) else 2
