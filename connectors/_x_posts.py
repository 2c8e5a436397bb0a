"""X's JSON -> Posts. Reads the names of before and after X's renaming of 2026.

https://docs.x.com/x-api/fundamentals/data-dictionary. Surprises: `text` is cut at 280
where `note_tweet` has all; it holds &amp; &lt; &gt;, and t.co in place of every link;
an edit is a new id, the first id of the history stands for the post.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from connectors._x_walk import newer, time_of
from connectors.base import Author, Kind, Post, SetAside

_NO_LANGUAGE = {"und", "zxx", "art", "mis", "qam", "qct", "qht", "qme", "qst"}
_OLD_CODES = {"in": "id", "iw": "he", "ji": "yi"}
_STATUS = re.compile(r"https?://(?:\w+\.)?(?:twitter|x)\.com/(\w+)/status/(\d+)")
_ID = re.compile(r"\d{1,19}", re.ASCII)
_MOST_NAMED = 50  # an author may mention hundreds; the accounts of one brand are few

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer that lists posts. `errors` are X's, about single posts. `newest` is
    the highest id of the page, `token` leads to the next one.

    `users` and `others` (posts that these answer or quote) came along by expansion,
    billed apart. `odd` is how many entries are no objects at all, `left_out` how many
    posts are not in `raw`, for we have them.
    """

    raw: Sequence[Raw]
    odd: int = 0
    users: Mapping[str, Raw] = field(default_factory=dict)
    others: Mapping[str, Raw] = field(default_factory=dict)
    errors: Sequence[Raw] = ()
    newest: str | None = None
    token: str | None = None
    left_out: int = 0

    @classmethod
    def read(cls, body: Raw) -> "Page":
        data = body.get("data")
        listed = data if isinstance(data, list) else [data] if data else []
        raw = _objects(listed)
        includes = as_object(body.get("includes"))
        meta = as_object(body.get("meta"))
        users = _objects(includes.get("users"))
        others = _objects(includes.get("tweets") or includes.get("posts"))
        newest = None
        for one in raw:
            newest = newer(newest, str(one["id"])) if _is_id(one) else newest
        return cls(
            raw=raw,
            odd=len(listed) - len(raw),
            users={str(user.get("id")): user for user in users},
            others={str(one["id"]): one for one in others if _is_id(one)},
            errors=_objects(body.get("errors")),
            newest=newest,
            token=_text_or_none(meta.get("next_token")),
        )

    @property
    def count(self) -> int:
        return len(self.raw) + self.left_out

    @property
    def ids(self) -> list[str]:
        return [str(one["id"]) for one in self.raw if _is_id(one)]

    def without(self, ids: Collection[str]) -> "Page":
        """Return the page without these posts, and without what came along with them
        alone."""
        old = [one for one in self.raw if str(one.get("id")) in ids]
        if not old:
            return self
        new = [one for one in self.raw if one not in old]
        users = _authors(old) - _authors(new)
        others = _references(old) - _references(new)
        return replace(
            self,
            raw=new,
            users={name: one for name, one in self.users.items() if name not in users},
            others={i: one for i, one in self.others.items() if i not in others},
            left_out=len(old),
        )

    def posts(self, known: Author | None = None) -> tuple[list[Post], list[SetAside]]:
        """Return the posts, and what could not be read as one.

        `known` is the author of all of them, where users were not asked for.
        """
        posts: list[Post] = []
        aside = [_odd(None)] * self.odd
        for one in self.raw:
            post = self.post_or_none(one, known)
            if post is None:
                aside.append(_odd(one.get("id")))
            else:
                posts.append(post)
        return posts, aside

    def post_or_none(self, raw: Raw, known: Author | None = None) -> Post | None:
        try:
            return self.post(raw, known)
        except (KeyError, TypeError, ValueError):
            return None

    def post(self, raw: Raw, known: Author | None = None) -> Post:
        """Return one post.

        Raises:
            KeyError, TypeError, ValueError: it has no id or no text, or not as such.
        """
        ids = history(raw)
        replied, quoted, reposted = (
            _referenced(raw, how) for how in ("replied_to", "quoted", "retweeted")
        )
        author = known or self._author(raw)
        root = _text_or_none(raw.get("conversation_id"))
        return Post(
            platform="x",
            id=ids[0],
            url=_url(author, ids[-1]),
            author=author,
            text=text_of(raw),
            posted_at=time_of(ids[0]) if len(ids) > 1 else _time(raw),
            edited_at=_time(raw) if len(ids) > 1 else None,
            kind=Kind.COMMENT if replied else Kind.POST,
            lang=_language(raw),
            parent_id=replied,
            root_id=root if root not in ids else None,
            is_repost=reposted is not None,
            ref={
                "id": ids[-1],
                "ids": ids,
                "called": _called(raw),
                "quoted": self._quoted(raw, quoted),
            },
        )

    def first_id(self, post_id: str) -> str:
        """Return the id that stands for a post of which we may know an edited one."""
        other = self.others.get(post_id)
        return history(other)[0] if other is not None else post_id

    def _author(self, raw: Raw) -> Author:
        number = _text_or_none(raw.get("author_id"))
        user = self.users.get(number or "", {})
        handle = _text_or_none(user.get("username")) or number or "unknown"
        metrics = as_object(user.get("public_metrics"))
        followers = metrics.get("followers_count")
        return Author(
            handle=handle,
            id=number,
            name=_text_or_none(user.get("name")),
            url=f"https://x.com/{handle}" if user.get("username") else None,
            followers=followers if isinstance(followers, int) else None,
        )

    def _quoted(self, raw: Raw, quoted: str | None) -> list[str]:
        """Return whose post it quotes, by number and by name, as far as X tells."""
        if quoted is None:
            return []
        other = self.others.get(quoted, {})
        names = [str(other["author_id"])] if other.get("author_id") else []
        for link in _entities(raw, "urls"):
            status = _STATUS.match(str(link.get("expanded_url") or ""))
            if status is not None and status[2] == quoted:
                names.append(status[1].lower())
        return list(dict.fromkeys(names))


def _authors(raw: Sequence[Raw]) -> set[str]:
    return {str(one.get("author_id")) for one in raw}


def _references(raw: Sequence[Raw]) -> set[str]:
    hows = ("replied_to", "quoted", "retweeted")
    found = (_referenced(one, how) for one in raw for how in hows)
    return {one for one in found if one is not None}


def _odd(post_id: Any) -> SetAside:
    name = "".join(c for c in str(post_id or "?")[:20] if c.isalnum() or c == "?")
    return SetAside(f"X post {name}", "X sent something that is no post")


def history(raw: Raw) -> list[str]:
    """Return all ids of a post, oldest first; its own is among them."""
    told = raw.get("edit_history_tweet_ids") or raw.get("edit_history_post_ids") or []
    if not _is_id(raw):
        raise ValueError("a post without an id")
    ids = {str(one) for one in (*told, raw["id"]) if _ID.fullmatch(str(one))}
    return sorted(ids, key=int)


def text_of(raw: Raw) -> str:
    """Return a post's whole text, plain, with the links it was written with."""
    note = _note(raw)
    text = str(note.get("text") or raw["text"])
    for link in _entities(raw, "urls"):
        short, whole = link.get("url"), link.get("expanded_url")
        if short and whole:
            text = text.replace(str(short), str(whole))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def is_whole(raw: Raw) -> bool:
    """Tell whether an entry can be read as a post."""
    return _is_id(raw) and isinstance(raw.get("text"), str)


def newest_versions(posts: Sequence[Post]) -> list[Post]:
    """Return each post once, as it last was, oldest first."""
    last: dict[str, Post] = {}
    for post in posts:
        before = last.get(post.id)
        if before is None or int(post.ref["id"]) >= int(before.ref["id"]):
            last[post.id] = post
    return sorted(last.values(), key=lambda post: (post.posted_at, int(post.id)))


def _called(raw: Raw) -> list[str]:
    """Return whom the author mentions, by number and by name."""
    names: list[str] = []
    for one in _entities(raw, "mentions"):
        names += [str(one["id"])] if one.get("id") else []
        names += [str(one["username"]).lower()] if one.get("username") else []
    return list(dict.fromkeys(names))[:_MOST_NAMED]


def _note(raw: Raw) -> Raw:
    return as_object(raw.get("note_tweet") or raw.get("note_post"))


def _entities(raw: Raw, what: str) -> Iterator[Raw]:
    for holder in (raw, _note(raw)):
        yield from _objects(as_object(holder.get("entities")).get(what))


def _referenced(raw: Raw, how: str) -> str | None:
    told = raw.get("referenced_tweets") or raw.get("referenced_posts")
    for one in _objects(told):
        if one.get("type") == how and one.get("id"):
            return str(one["id"])
    return None


def _time(raw: Raw) -> datetime:
    """Return when this version was written; without a date its id tells."""
    told = raw.get("created_at")
    try:
        at = datetime.fromisoformat(str(told))
    except ValueError:
        return time_of(str(raw["id"]))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _language(raw: Raw) -> str | None:
    told = str(raw.get("lang") or "und")
    return None if told in _NO_LANGUAGE else _OLD_CODES.get(told, told)


def _url(author: Author, post_id: str) -> str:
    name = author.handle if author.url else "i"
    return f"https://x.com/{name}/status/{post_id}"


def _is_id(raw: Raw) -> bool:
    return _ID.fullmatch(str(raw.get("id") or "")) is not None


def as_object(told: Any) -> Raw:
    """Return an object of JSON as it is, and nothing for anything else."""
    return told if isinstance(told, dict) else {}


def _objects(told: Any) -> list[Raw]:
    return (
        [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    )


def _text_or_none(told: Any) -> str | None:
    return str(told) if told else None
