"""What a brand is called -> queries of Reddit's search, each within its limit.

Search finds submissions, never comments. The syntax (quotes, AND, OR, parentheses)
is from memory: https://support.reddithelp.com/hc/articles/19696541895316.
"""

from collections.abc import Iterable, Sequence

from connectors.base import Terms

LONGEST = 512  # characters: https://www.reddit.com/dev/api#GET_search


def queries(terms: Sequence[Terms]) -> list[str]:
    """Return queries that together find what any of the brands is called."""
    asked = [_any(word) for one in terms for word in one.any_of]
    asked += [_all(group) for one in terms for group in one.all_of]
    return _packed(dict.fromkeys(filter(None, asked)))


def _any(word: str) -> str:
    return _phrase(word, LONGEST)


def _all(group: Sequence[str]) -> str:
    """Join with AND; what does not fit is left out, which brings more, never less."""
    kept: list[str] = []
    for word in group:
        phrase = _phrase(word, LONGEST - 2)
        if phrase and len(" AND ".join([*kept, phrase])) <= LONGEST - 2:
            kept.append(phrase)
    return f"({' AND '.join(kept)})" if len(kept) > 1 else "".join(kept)


def _phrase(word: str, room: int) -> str:
    """Quote a word or phrase, cut at a space where it is too long.

    A * at the end is left out of the quotes, where search would take it literally.
    """
    plain = " ".join(word.replace('"', " ").replace("\\", " ").split())
    if len(plain) + 2 > room:
        plain = plain[: room - 1].rpartition(" ")[0] or plain[: room - 2]
    if plain.endswith("*") and " " not in plain:
        return plain
    plain = plain.rstrip("* ")
    return f'"{plain}"' if plain else ""


def _packed(phrases: Iterable[str]) -> list[str]:
    """Join with OR, as many as one query holds."""
    packed: list[str] = []
    for phrase in phrases:
        longer = f"{packed[-1]} OR {phrase}" if packed else ""
        if packed and len(longer) <= LONGEST:
            packed[-1] = longer
        else:
            packed.append(phrase)
    return packed
