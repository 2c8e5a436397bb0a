"""From a place in the folded text back to the post, where its links still show."""

import re
from bisect import bisect_right
from unicodedata import category

from monitor.rules.fold import origins
from monitor.rules.term import Kind, Term

_LINK = re.compile(
    r"[hHwW](?:(?<=[hH])[tT]{2}[pP][sS]?://|(?<=[wW])(?<![\w.].)[wW]{2}\.)"
    r"[\w.~:/?#\[\]@!$&()*+,;=%-]+",
    re.ASCII,
)
"""http://..., https://..., www... in any case. IGNORECASE, or | at the start, would
make the search three times as slow."""


class Original:
    """The way back from folded text, and what only the original can tell."""

    def __init__(self, text: str, folded: str) -> None:
        self.text = text
        one_for_one = text.isascii() and len(text) == len(folded)
        self.origins = range(len(text)) if one_for_one else origins(text)
        self.links = [link.span() for link in _LINK.finditer(text)]

    def span(self, term: Term, start: int, end: int) -> tuple[int, int] | None:
        """Return where folded [start, end) stands, None where it does not count."""
        first, past = self.origins[start], self.origins[end - 1] + 1
        if past < len(self.text) and self.text[past] > "\x7f":
            past = self._after_marks(past)
        if (self.links or term.kind is Kind.DOMAIN) and not term.allows(
            self.text, first, past, in_link=self._in_link(first)
        ):
            return None
        return first, past

    def _after_marks(self, past: int) -> int:
        while past < len(self.text) and category(self.text[past])[0] == "M":
            past += 1  # the accent belongs to its letter
        return past

    def _in_link(self, position: int) -> bool:
        before = bisect_right(self.links, (position, len(self.text))) - 1
        return before >= 0 and position < self.links[before][1]
