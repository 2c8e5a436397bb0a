"""The account's own voice on X: replies we send, replies it gave by itself.

https://docs.x.com/x-api/posts/creation-of-a-post. There is no idempotency key; what
became of an unclear reply is read from the account's own timeline.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors._x_errors import RULE, Outdated
from connectors._x_length import has_link, weighted_length
from connectors._x_posts import (
    Page,
    Raw,
    as_object,
    history,
    is_whole,
    newest_versions,
)
from connectors._x_read import Listing, Pace, Reader, timeline
from connectors._x_walk import Walk, time_of
from connectors.base import (
    Author,
    CanReply,
    Cursor,
    Length,
    OwnerReply,
    OwnReplies,
    OwnReply,
    Post,
    Posted,
    Rechecked,
    Refused,
    Target,
    Unavailable,
)

MOST_PAGES = 10
"""Of the account's own posts since a post: 1000. Older answers were noticed before."""

SKEW = timedelta(minutes=1)  # between our clock and X's
NO_KEYS = "no user keys: this source only searches X"

_GONE = {
    "resource-not-found": "deleted",
    "not-authorized-for-resource": "protected or suspended",
}
_LEADING = re.compile(r"^(?:@\w{1,15}\s+)+", re.ASCII)
_SCHEME = re.compile(r"https?://(?:www\.)?(\S+?)/?(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    user_id: str
    handle: str

    @property
    def names(self) -> set[str]:
        """What a post calls it by: its number, its name in lower case."""
        return {self.user_id, self.handle.lower()} - {""}


@dataclass(frozen=True, slots=True)
class ReplyTerms:
    """What X allows this app to say."""

    has_user: bool
    rule: str
    longest: int


def intent(target: Target) -> str:
    """Return where a person answers by hand, in the browser."""
    return f"https://x.com/intent/post?in_reply_to={_newest(target)}"


def may_reply(target: Target, account: Account, terms: ReplyTerms) -> CanReply:
    """Decide from what was stored with the post; asks nobody."""
    if not terms.has_user:
        return CanReply(ok=False, reason=NO_KEYS, url=intent(target))
    called = {*target.ref.get("called", ()), *target.ref.get("quoted", ())}
    is_ours = target.author.id == account.user_id
    if terms.rule == "any" or is_ours or called & account.names:
        return CanReply(ok=True)
    reason = f"{RULE}; this one did not name @{account.handle}"
    return CanReply(ok=False, reason=reason, url=intent(target))


class XAnswers:
    def __init__(
        self,
        reader: Reader,
        account: Account,
        terms: ReplyTerms,
        now: Callable[[], datetime],
    ) -> None:
        self._reader = reader
        self._account = account
        self._terms = terms
        self._now = now

    def account(self) -> str:
        """Return whose keys these are ("@acme").

        Raises:
            Refused: also where they are another account's.
        """
        body = self._reader.client.get_me(user_auth=True)
        self._reader.budget.pay("users read", 1, self._reader.prices.user_read)
        me = as_object(body.get("data"))
        if str(me.get("id")) != self._account.user_id:
            raise Refused(
                f"the user keys are those of number {me.get('id')}, not of "
                f"{self._account.user_id}: correct `user_id`, or renew the keys"
            )
        return f"@{me.get('username')}"

    def can_reply(self, target: Target) -> CanReply:
        return may_reply(target, self._account, self._terms)

    def measure(self, target: Target, text: str) -> Length:
        used = weighted_length(text, free=target.author.handle)
        return Length(used, self._terms.longest)

    def send(self, target: Target, text: str) -> Posted:
        """Publish one reply. A reply is never held back for the budget."""
        self._needs_keys()
        prices = self._reader.prices
        price = prices.post_with_url if has_link(text) else prices.post_created
        try:
            body = self._reader.client.create_tweet(
                text=text, in_reply_to_tweet_id=_newest(target), user_auth=True
            )
        except Unavailable as e:
            if e.unclear:  # it may stand there, and be billed
                self._reader.budget.pay("posts created", 1, price)
            raise
        self._reader.budget.pay("posts created", 1, price)
        return self._posted(str(as_object(body.get("data")).get("id") or ""))

    def _posted(self, post_id: str) -> Posted:
        if not post_id.isdigit():
            raise Unavailable("X stored the reply but names no id", unclear=True)
        url = self._url(post_id)
        return Posted(id=post_id, url=url, posted_at=time_of(post_id))

    def standing(self, target: Target) -> OwnerReply | None:
        self._needs_keys()
        walk = Walk(started=self._now(), after_id=target.id)
        for page in self._since(walk):
            for post in self._answers_to(page, target):
                return self._reply_of(post)
        return None

    def find(self, target: Target, text: str, since: datetime) -> Posted | None:
        """Return our reply with this text.

        Raises:
            Unavailable: also where there was too much to look through all of it.
        """
        self._needs_keys()
        walk = Walk(started=self._now(), from_time=since - SKEW)
        for number, page in enumerate(self._since(walk), start=1):
            for post in self._answers_to(page, target):
                if same_words(post.text, text):
                    return self._posted(post.id)
            if number == MOST_PAGES and page.token:
                raise Unavailable("X: too many own posts since then to find the reply")
        return None

    def own(self, cursor: Cursor | None, pace: Pace) -> OwnReplies:
        if not self._terms.has_user:
            return OwnReplies((), cursor or {})
        now = self._now()
        before = Walk.read(cursor)
        walk = before.begun(now, now - pace.look_back, None)
        posts: dict[str, tuple[Page, Post]] = {}
        is_cut = True
        try:
            for page, after in self._reader.pages(self._timeline, walk, pace.max_pages):
                walk = after
                found, _ = page.posts(self._author)
                posts |= {one.ref["id"]: (page, one) for one in found}
            is_cut = False
        except Outdated:
            if not (walk.token or walk.after_id):
                raise
            walk = walk.afresh() if walk.token else walk.without_since()
        except Unavailable:
            if not posts:
                raise
        last = newest_versions([post for _, post in posts.values()])
        replies = [self._own(posts[one.ref["id"]][0], one) for one in last]
        kept = [one for one in replies if one is not None]
        # a walk that began in an earlier look has newer posts above it
        more = (walk.is_under_way or before.is_under_way) and not is_cut
        return OwnReplies(kept, walk.write(), more=more)

    def _own(self, page: Page, post: Post) -> OwnReply | None:
        if post.parent_id is None or post.is_repost:
            return None
        first = page.first_id(post.parent_id)
        return OwnReply(first, self._reply_of(post), post.root_id)

    def recheck(self, targets: Sequence[Target]) -> Rechecked:
        if not targets:
            return Rechecked()
        asked = {_newest(target): target for target in targets}
        page = self._reader.posts([*asked])
        found = _by_target(page, asked)
        edits = [
            last for raw in found.values() if (last := _last(raw)) != str(raw["id"])
        ]
        if edits:  # an old version does not tell the words of the new one
            newer = self._reader.posts(edits).raw
            versions = {str(raw["id"]): raw for raw in newer if is_whole(raw)}
            found = {name: versions.get(_last(raw), raw) for name, raw in found.items()}
        known = {target.id: target for target in targets}
        again = [_again(page, raw, known[name]) for name, raw in found.items()]
        posts = [post for post in again if post is not None]
        return Rechecked(posts, _gone(page.errors, asked))

    def _since(self, walk: Walk) -> Iterator[Page]:
        """Yield the account's own posts, newest first; staff waits, the budget does."""
        reader = replace(self._reader, free=True)
        for page, _ in reader.pages(self._timeline, walk, MOST_PAGES):
            yield page

    def _answers_to(self, page: Page, target: Target) -> Iterator[Post]:
        """Yield the account's answers to a post, to any version of it, newest first."""
        ids = {target.id, *target.ref.get("ids", ())}
        posts, _ = page.posts(self._author)
        for post in posts:
            parent = post.parent_id
            if parent and (parent in ids or page.first_id(parent) == target.id):
                yield post

    @property
    def _timeline(self) -> Listing:
        return timeline(self._reader.client, self._account.user_id)

    @property
    def _author(self) -> Author:
        handle = self._account.handle
        url = f"https://x.com/{handle}"
        return Author(handle=handle, id=self._account.user_id, url=url)

    def _reply_of(self, post: Post) -> OwnerReply:
        return OwnerReply(
            text=post.text,
            posted_at=post.posted_at,
            id=post.id,
            author=self._account.handle,
            url=post.url,
        )

    def _url(self, post_id: str) -> str:
        return f"https://x.com/{self._account.handle}/status/{post_id}"

    def _needs_keys(self) -> None:
        if not self._terms.has_user:
            raise Refused(f"{NO_KEYS}; set the four user keys to reply")


def same_words(standing: str, ours: str) -> bool:
    """Tell whether a reply on X is the text we sent: X adds @names and changes links."""
    return _plain(standing) == _plain(ours)


def _plain(text: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return _SCHEME.sub(r"\1", _LEADING.sub("", text)).casefold()


def _newest(target: Target) -> str:
    return str(target.ref.get("id") or target.id)


def _last(raw: Raw) -> str:
    return history(raw)[-1]


def _by_target(page: Page, asked: Mapping[str, Target]) -> dict[str, Raw]:
    """Return what X sent by the id of the target that it is a version of."""
    return {
        asked[version].id: raw
        for raw in page.raw
        if is_whole(raw)
        for version in history(raw)
        if version in asked
    }


def _again(page: Page, raw: Raw, target: Target) -> Post | None:
    """Return a post as it is now; what was not asked for is as we knew it."""
    post = page.post_or_none(raw, target.author)
    if post is None:
        return None
    return replace(
        post,
        id=target.id,
        kind=target.kind,
        parent_id=target.parent_id,
        root_id=target.root_id,
        ref={**post.ref, "quoted": post.ref["quoted"] or target.ref.get("quoted", [])},
    )


def _gone(errors: Sequence[Raw], asked: Mapping[str, Target]) -> dict[str, str]:
    gone = {}
    for error in errors:
        post_id = str(error.get("resource_id") or error.get("value") or "")
        how = _GONE.get(str(error.get("type") or "").rpartition("/")[2])
        if how and post_id in asked:
            gone[asked[post_id].id] = how
    return gone
