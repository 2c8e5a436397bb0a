"""Reddit's things -> posts, answers, and what became of them. Pure.

Shapes: https://www.reddit.com/dev/api. A thing is `{"kind": "t1", "data": {...}}`; t1
is a comment, t3 a submission, t4 a private message. What the inbox shows of a comment
has no permalink and no link_id: both hide in `context`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, urlsplit

from connectors._reddit_walk import Sight
from connectors.base import Author, Kind, OwnerReply, OwnReply, Post, Unavailable

PLATFORM = "reddit"
WEB = "https://www.reddit.com"
DELETED, REMOVED = "[deleted]", "[removed]"
BY_AUTHOR = "deleted by its author"
BY_MODERATOR = "removed by a moderator"
NOT_LISTED = "no longer on Reddit"
_REMOVED_BY = {
    "deleted": BY_AUTHOR,
    "author": BY_AUTHOR,
    "moderator": BY_MODERATOR,
    "automod_filtered": BY_MODERATOR,
    "community_ops": "removed by Reddit",
    "anti_evil_ops": "removed by Reddit",
    "content_takedown": "removed by Reddit",
    "copyright_takedown": "removed by Reddit after a copyright notice",
    "reddit": "removed by Reddit's spam filter",
}


class Unreadable(ValueError):
    """A thing lacks what every thing has."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One comment or submission as Reddit tells it."""

    kind: str
    data: Mapping[str, Any]

    @property
    def is_public(self) -> bool:
        """Tell comments and submissions from private messages and the like."""
        return self.kind in {"t1", "t3"} and self.data.get("was_comment") is not False

    @property
    def id(self) -> str:
        """Return the fullname: t1_abc."""
        return f"{self.kind}_{_word(self.data, 'id')}"

    @property
    def at(self) -> datetime:
        return _time(self.data.get("created_utc"))

    @property
    def text(self) -> str:
        if self.kind == "t1":
            return clean(self.data.get("body"))
        told = self.data
        words = (told.get("title"), told.get("selftext"), _link_of(told))
        return "\n\n".join(filter(None, map(clean, words)))

    @property
    def sight(self) -> Sight:
        told = f"{self.text}\x00{self.data.get('edited')}".encode("utf-8", "replace")
        mark = blake2b(told, digest_size=6).hexdigest()
        return Sight(self.id, self.at.timestamp(), mark)

    @property
    def fate(self) -> str | None:
        """Return how it went away, in words; None while it stands.

        A comment whose author left Reddit keeps its text, and stands.
        """
        by = self.data.get("removed_by_category")
        if by:
            return _REMOVED_BY.get(str(by), BY_MODERATOR)
        body = self.data.get("body" if self.kind == "t1" else "selftext")
        if body == DELETED:
            return BY_AUTHOR
        if body == REMOVED:
            return BY_MODERATOR
        return None


def read_things(told: Any) -> tuple[list[Thing], str | None]:
    """Return a listing's things and where the next page starts.

    Raises:
        Unavailable: the answer is not a listing.
    """
    data = told.get("data") if isinstance(told, dict) else None
    children = data.get("children") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(children, list):
        raise Unavailable("Reddit answered something that is not a listing")
    after = data.get("after")
    things = [
        Thing(str(one.get("kind")), one["data"])
        for one in children
        if isinstance(one, dict) and isinstance(one.get("data"), dict)
    ]
    return things, after if isinstance(after, str) and after else None


def name_in(told: Any) -> str:
    """Return the account's name out of an answer about it.

    Raises:
        Unavailable: the answer is something else.
    """
    name = told.get("name") if isinstance(told, dict) else None
    if not isinstance(name, str) or not name:
        raise Unavailable("Reddit did not say who we are")
    return name


def sound(things: Sequence[Thing]) -> list[Thing]:
    """Return the public things that have an id and a time."""
    return [one for one in things if one.is_public and _is_sound(one)]


def _is_sound(thing: Thing) -> bool:
    try:
        return bool(thing.id and thing.at)
    except Unreadable:
        return False


def to_post(thing: Thing) -> Post:
    """Return the post that a thing is.

    Raises:
        Unreadable: it has no id or no time.
    """
    data = thing.data
    is_comment = thing.kind == "t1"
    link = _link_id(data) if is_comment else None
    return Post(
        platform=PLATFORM,
        id=thing.id,
        url=_url(thing, link),
        author=_author(data),
        text=thing.text,
        posted_at=thing.at,
        kind=Kind.COMMENT if is_comment else Kind.POST,
        edited_at=_edited(data.get("edited")),
        parent_id=data.get("parent_id") if is_comment else None,
        root_id=link,
        ref=_ref(data),
    )


def to_own_reply(thing: Thing) -> OwnReply:
    """Return what a comment of the brand's answers.

    Raises:
        Unreadable: it has no id, no time or no parent.
    """
    return OwnReply(
        post_id=_word(thing.data, "parent_id"),
        reply=to_owner_reply(thing),
        root_id=_link_id(thing.data),
    )


def to_owner_reply(thing: Thing) -> OwnerReply:
    return OwnerReply(
        text=thing.text,
        posted_at=thing.at,
        id=thing.id,
        author=thing.data.get("author"),
        url=_url(thing, _link_id(thing.data)),
    )


def _ref(data: Mapping[str, Any]) -> dict[str, Any]:
    flags = {
        name: True for name in ("locked", "archived", "quarantine") if data.get(name)
    }
    return {"subreddit": str(data.get("subreddit") or ""), **flags}


def _author(data: Mapping[str, Any]) -> Author:
    handle = data.get("author")
    if not isinstance(handle, str) or not handle or handle == DELETED:
        return Author(handle=DELETED)
    return Author(
        handle=handle,
        id=data.get("author_fullname"),
        url=f"{WEB}/user/{quote(handle)}",
    )


def _url(thing: Thing, link: str | None) -> str:
    path = thing.data.get("permalink") or thing.data.get("context")
    if isinstance(path, str) and path.startswith("/"):
        return WEB + urlsplit(path).path
    root = (link or thing.id).removeprefix("t3_")
    tail = f"_/{thing.id.removeprefix('t1_')}/" if thing.kind == "t1" else ""
    return f"{WEB}/comments/{root}/{tail}"


def _link_id(data: Mapping[str, Any]) -> str | None:
    """Return the submission that a comment stands under.

    The inbox tells it only in /r/SUB/comments/ID/TITLE/COMMENT/?context=3.
    """
    if isinstance(link := data.get("link_id"), str):
        return link
    parts = str(data.get("context") or "").split("/")
    if "comments" in parts[:-1]:
        return f"t3_{parts[parts.index('comments') + 1]}"
    parent = str(data.get("parent_id") or "")
    return parent if parent.startswith("t3_") else None


def _link_of(data: Mapping[str, Any]) -> str:
    """Return where a submission points to: it may name a brand by its domain."""
    url = data.get("url")
    if data.get("is_self") or not isinstance(url, str):
        return ""
    host = _host(url)
    on_reddit = host.endswith(("reddit.com", "redd.it", "redditmedia.com"))
    return "" if on_reddit or not host else url


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in {"http", "https"} else ""


def clean(text: Any) -> str:
    """Return Markdown as its author sees it: the editor writes blank lines as codes."""
    plain = text if isinstance(text, str) else ""
    return plain.replace("&#x200B;", "").replace("&nbsp;", " ").strip()


def _word(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise Unreadable(f"it has no {name}")
    return value


def _time(value: Any) -> datetime:
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise Unreadable("it has no time (created_utc)") from None


def _edited(value: Any) -> datetime | None:
    """Return when it was edited: false, a time, or true for very old edits."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return _time(value)
    except Unreadable:
        return None
