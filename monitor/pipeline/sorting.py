"""Which posts of a batch are new, known, changed, or name no brand."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Protocol

from connectors import Author, OwnerReply, OwnReply, Post, SetAside
from monitor.config import Config
from monitor.models import Mention
from monitor.rules.answer import is_in_post, kept
from monitor.rules.decide import is_own
from monitor.rules.match import BrandMatch, Matcher
from monitor.rules.text import content_hash, fit
from monitor.store import Key, Mentions, Own

log = logging.getLogger(__name__)


class Watched(Protocol):
    """What sorting needs to know of a source."""

    @property
    def name(self) -> str: ...

    @property
    def brands(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Pair:
    """A post and a brand it names; `row` is the mention we already have of it."""

    post: Post
    match: BrandMatch
    row: Mention | None = None

    @property
    def post_key(self) -> tuple[str, str]:
        return self.post.platform, self.post.id

    @property
    def key(self) -> Key:
        return self.post.platform, self.post.id, self.match.brand.name

    @property
    def is_changed(self) -> bool:
        """Whether the author changed words or stars since we stored them."""
        return self.row is None or content_hash(self.post) != self.row.content_hash


@dataclass(slots=True)
class Sorted:
    """The posts of one batch, by what is to be done with them.

    `known` posts name no brand that they did not name before; some come `again`.
    """

    seen: int = 0
    repeated: int = 0
    known: list[Post] = field(default_factory=list)
    fresh: list[Pair] = field(default_factory=list)
    again: list[Pair] = field(default_factory=list)
    unmatched: list[Post] = field(default_factory=list)
    poisoned: list[SetAside] = field(default_factory=list)


def sort(
    posts: Sequence[Post],
    matcher: Matcher,
    watch: Watched,
    mentions: Mentions,
    config: Config,
) -> Sorted:
    """Match posts and tell new ones from known ones.

    Of a post that the batch holds twice the last state is kept. A known post comes up
    again only if it changed, or the brand's answer within it did.
    """
    sorted_ = Sorted(seen=len(posts))
    latest = {(post.platform, post.id): _fit(post) for post in posts}
    sorted_.repeated = len(posts) - len(latest)
    rows = _rows(latest.values(), mentions)
    for post in latest.values():
        try:
            matches = matcher.match(post.text, brands=watch.brands)
        except Exception as e:  # noqa: BLE001 - one poisoned post must block no other
            sorted_.poisoned.append(poison(post, e))
        else:
            matches = [*matches, *_unnamed(post, matches, rows, config)]
            pairs = [
                Pair(post, one, rows.get((post.platform, post.id, one.brand.name)))
                for one in matches
            ]
            _place(post, pairs, watch.name, sorted_)
    return sorted_


def place_of(post: Post) -> str:
    return f"{post.platform} post {post.id}"


def poison(post: Post, error: Exception) -> SetAside:
    """Put a post away with what broke on it; its words stay out of the log."""
    log.error("%s post %s is set aside: %r", post.platform, post.id, type(error))
    return SetAside(
        place_of(post),
        f"it could not be processed ({type(error).__name__}); please report it",
    )


def own_answers(posts: Iterable[Post], config: Config) -> list[Own]:
    """Return the answers among these posts: what a brand's own account wrote under
    another post. Platforms that list no answers show them so."""
    return [
        Own(
            post.platform,
            OwnReply(
                post.parent_id,
                OwnerReply(
                    text=post.text,
                    posted_at=post.posted_at,
                    id=post.id,
                    author=post.author.name or post.author.handle,
                    url=post.url,
                ),
                post.root_id,
            ),
        )
        for post in map(_fit, posts)
        if post.parent_id and not post.is_repost
        if any(is_own(post, brand) for brand in config.brands if brand.reply)
    ]


def _place(post: Post, pairs: Sequence[Pair], source: str, sorted_: Sorted) -> None:
    fresh = [pair for pair in pairs if pair.row is None]
    sorted_.fresh += fresh
    sorted_.again += [pair for pair in pairs if pair.row and _is_news(pair, source)]
    if not pairs:
        sorted_.unmatched.append(post)
    elif not fresh:
        sorted_.known.append(post)


def _unnamed(
    post: Post,
    matches: Sequence[BrandMatch],
    rows: Mapping[Key, Mention],
    config: Config,
) -> Iterator[BrandMatch]:
    """Yield the brands that the post named before its author edited it: it is still
    about them, and what it says now must be shown."""
    named = {match.brand.name for match in matches}
    for brand in config.brands:
        if brand.name not in named and (post.platform, post.id, brand.name) in rows:
            yield BrandMatch(brand, tied=True)


def _is_news(pair: Pair, source: str) -> bool:
    """Say whether a known post may change what we keep of it.

    Only the source that brought it can say that the brand's answer vanished: another
    may show the same post without answers.
    """
    row, reply = pair.row, pair.post.owner_reply
    if pair.is_changed or row is None:
        return True
    if reply is None:
        return is_in_post(row.owner_reply) and row.source == source
    return row.erased_at is None and kept(reply, in_post=True) != row.owner_reply


def _rows(posts: Iterable[Post], mentions: Mentions) -> dict[Key, Mention]:
    ids: dict[str, list[str]] = {}
    for post in posts:
        ids.setdefault(post.platform, []).append(post.id)
    found: dict[Key, Mention] = {}
    for platform, post_ids in ids.items():
        found |= mentions.known(platform, post_ids)
    return found


def _fit(post: Post) -> Post:
    """Make every text of a post one that a database keeps."""
    more: dict[str, Any] = {"author": replace(post.author, **_fitted(post.author))}
    if reply := post.owner_reply:
        more["owner_reply"] = replace(reply, **_fitted(reply))
    return replace(post, **(_fitted(post) | more))


def _fitted(record: Post | Author | OwnerReply) -> dict[str, Any]:
    return {
        one.name: fit(value)
        for one in fields(record)
        if type(value := getattr(record, one.name)) is str
    }
