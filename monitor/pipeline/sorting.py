"""Which posts of a batch are new, known, changed, or name no brand."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from connectors import Author, Post, SetAside
from monitor.config import Config
from monitor.models import Mention
from monitor.rules.decide import answered_natively
from monitor.rules.match import BrandMatch, Matcher
from monitor.rules.text import content_hash, fit
from monitor.store import Key, Mentions

log = logging.getLogger(__name__)


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
    brands: Sequence[str],
    mentions: Mentions,
    config: Config,
) -> Sorted:
    """Match posts and tell new ones from known ones.

    Of a post that the batch holds twice the last state is kept. A known post comes up
    again only if it changed or was answered natively.
    """
    sorted_ = Sorted(seen=len(posts))
    latest = {(post.platform, post.id): _fit(post) for post in posts}
    sorted_.repeated = len(posts) - len(latest)
    rows = _rows(latest.values(), mentions)
    for post in latest.values():
        try:
            matches = matcher.match(post.text, brands=brands)
        except Exception as e:  # noqa: BLE001 - one poisoned post must block no other
            sorted_.poisoned.append(poison(post, e))
        else:
            _place(
                post, [*matches, *_unnamed(post, matches, rows, config)], rows, sorted_
            )
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


def _place(
    post: Post,
    matches: Sequence[BrandMatch],
    rows: Mapping[Key, Mention],
    sorted_: Sorted,
) -> None:
    pairs = [
        Pair(post, match, rows.get((post.platform, post.id, match.brand.name)))
        for match in matches
    ]
    fresh = [pair for pair in pairs if pair.row is None]
    sorted_.fresh += fresh
    sorted_.again += [pair for pair in pairs if pair.row and _is_news(pair)]
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


def _is_news(pair: Pair) -> bool:
    return pair.is_changed or answered_natively(pair.post) is not None


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
    author = replace(post.author, **_fitted(post.author))
    return replace(post, **(_fitted(post) | {"author": author}))


def _fitted(record: Post | Author) -> dict[str, Any]:
    return {
        one.name: fit(value)
        for one in fields(record)
        if type(value := getattr(record, one.name)) is str
    }
