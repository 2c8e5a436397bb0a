"""One thing to look for, and where a word, hashtag, handle or domain ends."""

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.rules.fold import CONTINUES, JOINS, WORD, fold, shape

_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?)", re.IGNORECASE
)
_HYPHENS = "-‐‑"


class Kind(StrEnum):
    WORDS = "words"
    HASHTAG = "hashtag"
    HANDLE = "handle"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Term:
    """What a keyword asks for. Make it with `parse_term`.

    `forms` are the folded strings that may stand for it; `prefix` says that the
    word may go on after them; `plurals` that s and 's may follow.
    """

    kind: Kind
    forms: tuple[str, ...]
    prefix: bool = False
    plurals: bool = False

    def end(self, folded: str, shape: str, start: int, end: int) -> int | None:
        """Return where the hit ends that begins as `folded[start:end]`, a form.

        None where it is not whole: "acme" in "acmeology" or in "#acme_fails".
        """
        if shape[end] in CONTINUES:  # its last character is another one: か in が
            return None
        if shape[start - 1] in JOINS and (shape[start] in JOINS or self.is_tag):
            return None  # help@acme is an address, not @acme
        if self.prefix:
            return self._rest(shape, end)
        if self.kind is Kind.WORDS and shape[end - 1] in JOINS:
            return self._plural(folded, shape, end)
        return None if self._goes_on(folded, shape, end) else end

    @property
    def is_plain(self) -> bool:
        """Whether a hit is whole wherever a space or the like stands on each side."""
        return self.kind is Kind.WORDS and not self.prefix

    @property
    def is_tag(self) -> bool:
        return self.kind is Kind.HASHTAG or self.kind is Kind.HANDLE

    def _rest(self, shape: str, end: int) -> int:
        part = WORD if self.is_tag else JOINS
        if shape[end - 1] in part:
            while shape[end] in part:
                end += 1
        return end

    def _goes_on(self, folded: str, shape: str, end: int) -> bool:
        if self.is_tag:  # it ends at a space, in any script
            return shape[end] in WORD
        if self.kind is Kind.DOMAIN:  # acme.com.evil.example is somebody else
            further = folded.startswith(".", end) and shape[end + 1] in WORD
            return further or shape[end] in JOINS
        return False  # its last character joins nothing: C++, 👍, アクメ

    def _plural(self, folded: str, shape: str, end: int) -> int | None:
        if shape[end] not in JOINS:
            possessive = folded.startswith("'s", end) and shape[end + 2] not in JOINS
            if not possessive:
                return end
            return end + 2 if self.plurals else None
        # a digit has no plural: iPhone 5 is not iPhone 5s
        plural = folded[end] == "s" and folded[end - 1].isalpha()
        if self.plurals and plural and shape[end + 1] not in JOINS:
            return end + 1
        return None

    def allows(self, text: str, start: int, end: int, *, in_link: bool) -> bool:
        """Say whether the unfolded surroundings of a whole hit allow it.

        A link's words are not the author's, so only domains are found in links;
        and a domain's hyphens are part of it, unlike a phrase's.
        """
        if self.kind is not Kind.DOMAIN:
            return not in_link
        longer = start > 1 and text[start - 1] in _HYPHENS and text[start - 2].isalnum()
        return not longer and not any(map(str.isspace, text[start:end]))


def parse_term(text: str, *, plurals: bool = False) -> Term:
    """Read one keyword: words, "#hashtag", "@handle", "acme.com", "acme*".

    Raises:
        ValueError: it could not be looked for; the sentence says why.
    """
    stem = text.strip().rstrip("*").rstrip()
    prefix = text.rstrip().endswith("*")
    domain = _DOMAIN.fullmatch(stem)
    folded = fold(domain[1].rstrip("/") if domain else stem).strip(" ")
    if not folded.strip("#@"):
        raise ValueError(f'"{text}" has nothing to look for; write a word')
    if not domain and folded.startswith(("http://", "https://", "www.")):
        raise ValueError(
            f'"{text}" is no domain; write it as acme.com or acme.com/shop'
        )
    if prefix and shape(folded)[len(folded) - 1] not in WORD:
        raise ValueError(f'"{text}": write * right after a letter or digit, as acme*')
    kind = _kind(folded, is_domain=domain is not None)
    forms: tuple[str, ...] = (folded,)
    if plurals and kind is Kind.WORDS and not prefix and folded.endswith("'s"):
        forms = (folded, folded[:-2] + "s")  # Wendy's is written Wendys as often
    return Term(kind, forms, prefix, plurals)


def _kind(folded: str, *, is_domain: bool) -> Kind:
    if is_domain:
        return Kind.DOMAIN
    return {"#": Kind.HASHTAG, "@": Kind.HANDLE}.get(folded[0], Kind.WORDS)
