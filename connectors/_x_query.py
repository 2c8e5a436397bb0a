"""What we ask X's recent search for: operators, and queries no longer than allowed.

https://docs.x.com/x-api/posts/search/integrate/operators. AND (a space) binds before
OR, and a group may not be negated. X compares whole words: it knows no word
beginnings (`acme*`), so that such a keyword is searched by its stem alone.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.base import Terms

PLATFORM = "x"

_NAME = re.compile(r"@(\w{1,15})", re.ASCII)
_TAG = re.compile(r"[#＃](\w+)")
_CASHTAG = re.compile(r"(\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)")
_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?)", re.IGNORECASE
)
_FORMS = (
    (_NAME, "@{}"),
    (_TAG, "#{}"),
    (_CASHTAG, "{}"),
    (_DOMAIN, 'url:"{}"'),
)
_PLAIN = re.compile(r"\w+")
_OPERATORS = {"OR", "AND", "NOT"}


@dataclass(frozen=True, slots=True)
class Queries:
    """`texts` are the searches; `notes` say what they cannot find, and the remedy."""

    texts: Sequence[str]
    notes: Sequence[str] = ()


def length(query: str) -> int:
    """Return a query's length as X may count it: an emoji as two."""
    return len(query.encode("utf-16-le")) // 2


def operator(term: str) -> str | None:
    """Return how X is asked for one keyword; None where it has nothing to find."""
    text = " ".join(unicodedata.normalize("NFC", term).replace('"', " ").split())
    stem = text.rstrip("*").rstrip()
    for pattern, form in _FORMS:
        if (found := pattern.fullmatch(stem)) is not None:
            return form.format(found[1].rstrip("/"))
    if not any(unicodedata.category(c)[0] in "LNS" for c in stem):
        return None  # X drops punctuation, so nothing would be left to find
    if _PLAIN.fullmatch(stem) and stem.upper() not in _OPERATORS:
        return stem
    return f'"{stem}"'


def compile_queries(
    brands: Sequence[Terms],
    own: Sequence[str] = (),
    *,
    limit: int = 512,
    by_language: bool = False,
) -> Queries:
    """Return the searches for all brands, each at most `limit` long.

    Each brand has its own, so that a change to one leaves the others' as they are.
    `own` are handles whose posts nobody's search should bring.
    """
    texts: list[str] = []
    notes: list[str] = []
    for brand in brands:
        handles = [*own, *brand.own_handles.get(PLATFORM, ())]
        languages = brand.languages if by_language else ()
        filters = _filters(handles, languages, limit)
        alternatives, told = _alternatives(brand, limit - length(filters))
        texts += [part + filters for part in _packed(alternatives, filters, limit)]
        notes += told
    return Queries(tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(notes)))


def _filters(handles: Sequence[str], languages: Sequence[str], limit: int) -> str:
    """Return what stands after the keywords of every query.

    Handles take at most half the room. The rest of them only cost money: our own
    posts are known again later.
    """
    rest = " -is:retweet"
    if languages:
        codes = dict.fromkeys(code.split("-")[0].lower() for code in languages)
        # und: what X could not tell; a short complaint often is
        told = " OR ".join(f"lang:{code}" for code in (*codes, "und"))
        rest += f" ({told})"
    names = dict.fromkeys(handle.strip().lstrip("@").lower() for handle in handles)
    for name in names:
        more = f" -from:{name}"
        if _NAME.fullmatch(f"@{name}") and length(rest + more) <= limit // 2:
            rest = more + rest
    return rest


def _alternatives(brand: Terms, room: int) -> tuple[list[str], list[str]]:
    """Return what a post must have one of, and what could not be said so."""
    found: list[str] = []
    notes = [note for term in brand.any_of if (note := _short_of(term))]
    for group in ([term] for term in brand.any_of):
        found += _joined(group, brand.brand, room, notes)
    for words in brand.all_of:
        notes += [note for term in words if (note := _short_of(term))]
        found += _joined(words, brand.brand, room, notes)
    return list(dict.fromkeys(found)), notes


def _joined(
    words: Sequence[str], brand: str, room: int, notes: list[str]
) -> Iterator[str]:
    """Yield the words as one alternative: X finds what has all of them.

    A word that cannot be searched is left out, which finds more, never less.
    """
    said = [asked for word in words if (asked := operator(word)) is not None]
    while len(said) > 1 and length(" ".join(said)) + 2 > room:
        said.remove(max(said, key=length))
    if not said or length(said[0]) > room:
        what = " ".join(words)
        notes.append(
            f'{brand}: X cannot search for "{what[:60]}"; add a shorter word or phrase'
        )
        return
    yield said[0] if len(said) == 1 else f"({' '.join(said)})"


def _short_of(term: str) -> str | None:
    stem = term.strip().rstrip("*").rstrip()
    if not term.strip().endswith("*"):
        return None
    return (
        f'"{term.strip()}": X finds only the whole word {stem}; '
        "write its other endings out as keywords"
    )


def _packed(alternatives: Sequence[str], filters: str, limit: int) -> Iterator[str]:
    """Yield the alternatives joined by OR, as many as fit beside the filters."""
    room = limit - length(filters)
    batch: list[str] = []
    for one in alternatives:
        if batch and length(_either([*batch, one])) > room:
            yield _either(batch)
            batch = []
        batch.append(one)
    if batch:
        yield _either(batch)


def _either(alternatives: Sequence[str]) -> str:
    if len(alternatives) == 1:
        return alternatives[0]
    return f"({' OR '.join(alternatives)})"
