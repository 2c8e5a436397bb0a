"""Saved replies: which fit a mention, and what they say there. Pure."""

from collections.abc import Mapping, Sequence

from monitor.config import SavedReply
from monitor.models import Mention


def fitting(saved: Sequence[SavedReply], mention: Mention) -> Sequence[SavedReply]:
    """Return the saved replies for a mention's brand and language.

    Of a post in an unknown language all fit: whoever answers can read it.
    """
    language = (mention.language or "").partition("-")[0].casefold()
    return [
        one
        for one in saved
        if (not one.brands or mention.brand in one.brands)
        and (not one.languages or not language or language in _short(one.languages))
    ]


def filled(saved: SavedReply, mention: Mention, me: str) -> str:
    """Return a saved reply's words for this mention."""
    return saved.text.format_map(placeholders(mention, me))


def placeholders(mention: Mention, me: str) -> Mapping[str, str]:
    return {
        "author": mention.author_name or mention.author,
        "brand": mention.brand,
        "url": mention.url,
        "me": me,
    }


def placed(typed: str, picked: str, known: Sequence[str]) -> str:
    """Return the text after a saved reply was picked: nothing typed is lost.

    `known` are all the words that a pick could have put there; what is one of them
    makes way, what a person typed stays above.
    """
    if not typed.strip() or typed.strip() in {one.strip() for one in known}:
        return picked
    return f"{typed.rstrip()}\n\n{picked}"


def _short(languages: Sequence[str]) -> set[str]:
    return {one.partition("-")[0].casefold() for one in languages}
