"""Matching, slow and obvious: one keyword, one place after another.

Shares nothing with `monitor.rules` but the folding of a single character, which
`test_fold.py` pins. Scripts are told by the names of their letters.
"""

import string
import unicodedata
from typing import NamedTuple

from monitor.rules.fold import fold

UNSPACED = (
    "THAI", "LAO", "TIBETAN", "MYANMAR", "KHMER", "CJK", "KANGXI", "HIRAGANA",
    "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "HANGZHOU",
)  # fmt: skip
URL = set(string.ascii_letters + string.digits + "_-.~:/?#[]@!$&()*+,;=%")


class Cell(NamedTuple):
    """One folded character and the index of the original."""

    char: str
    index: int


def cells(text: str) -> list[Cell]:
    found: list[Cell] = []
    for index, char in enumerate(text):
        for folded in fold(char):
            if not (folded == " " and found and found[-1].char == " "):
                found.append(Cell(folded, index))
    return found


def is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def is_word(char: str) -> bool:
    return char.isalnum() or is_mark(char) or char == "_"


def is_unspaced(char: str) -> bool:
    name = unicodedata.name(char, "").removeprefix("COMBINING ")
    return name.removeprefix("HALFWIDTH ").startswith(UNSPACED)


def glued(one: str, other: str) -> bool:
    return all(is_word(char) and not is_unspaced(char) for char in (one, other))


def cuts(after: str) -> bool:
    """Whether a place before `after` would cut one written character."""
    jamo = unicodedata.name(after, "").startswith(("HANGUL JUNGSEONG", "HANGUL JONG"))
    return is_mark(after) or jamo


def links(text: str) -> list[range]:
    found: list[range] = []
    at = 0
    while at < len(text):
        rest = text[at : at + 9].lower()
        free = at == 0 or text[at - 1] not in URL - set("-~:/?#[]@!$&()*+,;=%")
        opening = next((o for o in ("https://", "http://") if rest.startswith(o)), "")
        if not opening and free and rest.startswith("www."):
            opening = "www."
        end = at + len(opening)
        while opening and end < len(text) and text[end] in URL:
            end += 1
        if opening and end > at + len(opening):
            found.append(range(at, end))
            at = end
        else:
            at += 1
    return found


def spans(keyword: str, text: str, *, plurals: bool) -> set[tuple[int, int]]:
    """Return every (start, end) in `text` where the words of `keyword` stand.

    Domains are not this function's: tables in `test_match.py` say what they do.
    """
    page = cells(text)
    stem = keyword.strip()
    prefix = stem.endswith("*")
    wanted = "".join(c.char for c in cells(stem.rstrip("*"))).strip(" ")
    forms = {wanted}
    if plurals and not prefix and wanted[0] not in "#@" and wanted.endswith("'s"):
        forms.add(wanted.removesuffix("'s") + "s")
    barred = [index for link in links(text) for index in link]
    return {
        (page[start].index, original_end(text, page[end - 1].index))
        for form in forms
        for start in range(len(page))
        if page[start].index not in barred
        for end in ends(page, start, form, plurals=plurals, prefix=prefix)
    }


def ends(
    page: list[Cell], start: int, form: str, *, plurals: bool, prefix: bool
) -> list[int]:
    """Where a word ends that begins at `start` with `form`: nowhere, or at one place."""
    chars = [cell.char for cell in page]
    end = start + len(form)
    tag = form[0] in "#@"
    if chars[start:end] != list(form):
        return []
    if end < len(chars) and cuts(chars[end]):
        return []
    if start > 0 and glued(chars[start - 1], "x" if tag else chars[start]):
        return []
    if prefix:
        return [next(at for at in range(end, len(chars) + 1) if whole(chars, at, tag))]
    takes_s = not tag and glued(chars[end - 1], "x")
    for tail in ("'s", "s", "") if takes_s else ("",):
        after = end + len(tail)
        if chars[end:after] == list(tail) and whole(chars, after, tag):
            countable = tail == "'s" or chars[end - 1].isalpha()
            return [after] if not tail or (plurals and countable) else []
    return []


def whole(chars: list[str], end: int, tag: bool) -> bool:
    if end >= len(chars):
        return True
    return not (is_word(chars[end]) if tag else glued(chars[end - 1], chars[end]))


def original_end(text: str, last: int) -> int:
    end = last + 1
    while end < len(text) and is_mark(text[end]):
        end += 1
    return end
