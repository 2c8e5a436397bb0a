"""Which of Reddit's listings a source reads."""

from collections.abc import Iterator, Sequence

from connectors._reddit_query import queries
from connectors._reddit_reader import Listing
from connectors.base import Terms

TOGETHER = 50
"""Subreddits in one address. They share its 1,000 places."""


def searches(subreddits: Sequence[str], terms: Sequence[Terms]) -> list[Listing]:
    """Return one listing per query: submissions, newest first, of any age."""
    return [
        Listing(
            what=f"the search in r/{where if len(where) < 60 else 'your subreddits'}",
            path=f"/r/{where}/search",
            params={
                "q": query,
                "sort": "new",
                "t": "all",
                "restrict_sr": "true",
                "include_over_18": "on",
                "type": "link",
            },
            is_search=True,
        )
        for where in _joined(subreddits)
        for query in queries(terms)
    ]


def comments_of(subreddits: Sequence[str]) -> list[Listing]:
    """Return every comment of these subreddits, newest first."""
    return [
        Listing(what=f"the comments of r/{where}", path=f"/r/{where}/comments")
        for where in _joined(subreddits)
    ]


def inbox() -> list[Listing]:
    """Return what names or answers the account. Private messages live elsewhere."""
    return [
        Listing(what="mentions of the account", path="/message/mentions"),
        Listing(what="replies to its comments", path="/message/comments"),
        Listing(what="replies to its submissions", path="/message/selfreply"),
    ]


def comments_by(name: str) -> Listing:
    """Return what an account answered, newest first."""
    return Listing(
        what=f"the comments of u/{name}",
        path=f"/user/{name}/comments",
        params={"sort": "new"},
    )


def _joined(names: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(names), TOGETHER):
        yield "+".join(names[start : start + TOGETHER])
