"""Which of a file's columns holds which field of a post."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias

from connectors._file.rows import Unreadable

PostField: TypeAlias = Literal[
    "id", "text", "title", "author", "author_id", "url", "posted_at", "rating",
    "lang", "reply", "replied_at", "edited_at", "kind", "followers", "repost",
]  # fmt: skip
Plan: TypeAlias = Mapping[PostField, Sequence[str]]
"""The columns of each field; more than one are joined by line ends."""

AUTOMATIC: Mapping[PostField, Sequence[str]] = {
    "id": ("id", "id_str", "review_id", "post_id", "comment_id", "tweet_id", "uuid"),
    "text": (
        "text", "full_text", "review_text", "review_body", "review_content",
        "comment_text", "content", "body", "review", "comment", "message",
    ),
    "title": ("title", "review_title", "headline", "subject", "summary"),
    "author": (
        "author", "author_name", "user_name", "user_screen_name", "user",
        "author_username", "reviewer", "reviewer_name", "reviewer_nickname",
        "screen_name", "handle", "nickname", "name",
    ),
    "author_id": ("author_id", "user_id", "reviewer_id"),
    "url": ("url", "link", "permalink", "review_url", "review_link"),
    "posted_at": (
        "posted_at", "created_at", "date", "datetime", "timestamp", "created",
        "created_utc", "review_date", "review_submit_date_and_time", "published_at",
        "published", "submitted_at", "time", "at",
    ),
    "rating": ("rating", "stars", "star_rating", "review_rating", "score"),
    "lang": ("lang", "language", "reviewer_language"),
    "reply": (
        "reply", "reply_text", "reply_content", "owner_reply", "owner_response",
        "developer_reply_text", "response",
    ),
    "replied_at": (
        "replied_at", "reply_date", "response_date", "developer_reply_date_and_time",
    ),
    "edited_at": ("edited_at", "updated_at", "review_last_update_date_and_time"),
    "kind": ("kind",),
    "followers": (
        "followers", "followers_count", "author_followers", "user_followers_count",
    ),
    "repost": ("repost", "is_repost", "is_retweet"),
}  # fmt: skip
"""Names taken when config.yaml maps none, first best; case and signs are ignored."""

_SHOWN = 12
_DEEPEST = 8


def plan(
    mapped: Mapping[PostField, Sequence[str]], present: Sequence[str], *, every: bool
) -> Plan:
    """Choose the columns of each field among those present.

    `every`: each mapped column must be there (a header), else those that are
    (a JSON object leaves out what it has not).

    Raises:
        Unreadable: a mapped column is missing; none holds a text or a rating.
    """
    if every:
        _require([name for names in mapped.values() for name in names], present)
    chosen: dict[PostField, Sequence[str]] = {
        field: [name for name in names if name in present]
        for field, names in mapped.items()
    }
    free = {
        _plain(name): name
        for name in reversed(present)
        if not any(name in names for names in mapped.values())
    }
    for field, names in AUTOMATIC.items():
        found = next((free.pop(p) for p in map(_plain, names) if p in free), None)
        if field not in chosen and found:
            chosen[field] = [found]
    if every and "text" not in chosen and "rating" not in chosen:
        raise Unreadable(
            "has no column we know for a text or a rating; name one under columns: "
            f"(there are {_listed(present)})"
        )
    return chosen


def flatten(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return {"user": {"name": 1}} as {"user.name": 1}, without what lies too deep."""
    if prefix.count(".") > _DEEPEST:
        return {}
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _require(wanted: Iterable[str], present: Sequence[str]) -> None:
    for name in wanted:
        if name not in present:
            near = get_close_matches(name, present, n=1, cutoff=0.5)
            hint = f'; did you mean "{_short(near[0])}"?' if near else ""
            raise Unreadable(
                f'has no column "{name}"{hint} (there are {_listed(present)})'
            )


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f'"{_short(name)}"' for name in names[:_SHOWN]) + more


def _short(name: str) -> str:
    """A header may be a stranger's row by mistake: show the beginning only."""
    printable = "".join(c for c in name if c.isprintable())
    return printable if len(printable) <= 24 else printable[:23] + "…"
