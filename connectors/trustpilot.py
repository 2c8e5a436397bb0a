"""Trustpilot: the reviews of one business unit, and the answers to them.

API: https://developers.trustpilot.com (business units, service reviews). It is part
of a paid plan. Verified against documentation only.
Surprises: pages are numbered, so that a deleted review moves all that follow it up,
some to a page that we have passed: each page is read again after the next one; a second
reply replaces the first; the private side tells who the customer is, which stays there
(`_trustpilot_reviews.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from connectors._entries import UNREADABLE
from connectors._review_walk import Page, Walk, same_words
from connectors._trustpilot_api import WHERE, Api, Token, basic
from connectors._trustpilot_reviews import (
    UNEXPECTED,
    read_page,
    to_owner_reply,
    to_post,
)
from connectors._trustpilot_settings import API_BASE, TOKEN_URL, TrustpilotSource
from connectors._unreached import Unreached
from connectors.base import (
    Batch,
    CanReply,
    ConnectorError,
    Cursor,
    Gone,
    Length,
    OwnerReply,
    Post,
    Posted,
    Rechecked,
    Refused,
    SetAside,
    Target,
    Unavailable,
)
from connectors.http import Answer, Http

PAGE_SIZE = 100
MAX_PAGES = 5
LONGEST_REPLY = 4000  # a guess on the safe side: no limit is documented
SKEW = timedelta(minutes=1)


@dataclass(slots=True)
class _Poll:
    """One poll underway. `resumed`: an earlier poll began this walk, so that newer
    reviews may stand before its start. `pages` counts how often it went a page on."""

    walk: Walk
    resumed: bool
    posts: list[Post] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    pages: int = 0

    def batch(self, *, more: bool) -> Batch:
        posts = sorted(self.posts, key=lambda post: post.posted_at)
        return Batch(posts, self.walk.write(), more=more, set_aside=self.set_aside)


class TrustpilotConnector:
    settle = timedelta(minutes=2)
    recheck_limit = 20

    def __init__(self, source: TrustpilotSource, now: Callable[[], datetime]) -> None:
        self._source = source
        self._now = now

    def __repr__(self) -> str:
        return f"TrustpilotConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Walk the reviews back to what we know, newest first.

        A walk that is too long for one poll, or cut short, goes on with the next.

        Raises:
            Unavailable: rate limit, no answer, an answer in another shape.
            Refused: the key, the plan or the business unit is wrong.
        """
        walk = Walk.read(cursor)
        poll = _Poll(walk, resumed=walk.is_underway)
        while poll.pages < MAX_PAGES:
            try:
                is_over = self._step(poll)
            except ConnectorError as e:
                if poll.posts:  # keep what came; the next poll meets the error
                    return poll.batch(more=True)
                raise self._as_of_a_list(e) from e
            if is_over:
                return poll.batch(more=False)
        return poll.batch(more=True)

    def validate(self) -> str:
        """Return which side answers, and the date of the newest review."""
        try:
            page = read_page(self._list(1, size=1), 1)
        except Gone as e:
            raise self._as_of_a_list(e) from e
        newest = f", newest {page.posts[0].posted_at:%Y-%m-%d}" if page.posts else ""
        side = "private" if self._source.api_secret else "public"
        may = "with replies" if self._source.business_user_id else "read only"
        return f"{side} reviews{newest}, {may}"

    def can_reply(self, target: Target) -> CanReply:
        if not self._source.business_user_id:
            return CanReply(
                ok=False,
                reason="replies need api_secret and business_user_id in config.yaml",
            )
        if target.ref.get("closed"):
            return CanReply(
                ok=False,
                reason="the review is reported to Trustpilot, which takes no reply "
                "until it has decided",
            )
        return CanReply(ok=True)

    def measure(self, target: Target, text: str) -> Length:  # noqa: ARG002
        return Length(used=len(text), limit=LONGEST_REPLY)

    def standing_reply(self, target: Target) -> OwnerReply | None:
        """Return the answer that stands under the review."""
        try:
            return to_owner_reply(self._review(target))
        except UNREADABLE as e:
            raise Unavailable(UNEXPECTED) from e

    def reply(self, target: Target, text: str) -> Posted:
        """Publish `text` as the answer. It replaces any that stands there: the caller
        has looked (`standing_reply`) right before."""
        may = self.can_reply(target)
        if not may.ok:
            raise Refused(may.reason)
        user = self._source.business_user_id
        body = {"authorBusinessUserId": user, "message": text}
        # What it answers is not documented, so nothing is read from it.
        self._api.post(f"reviews/{target.id}/reply", body)
        return Posted(url=target.url)

    def find_reply(self, target: Target, text: str, since: datetime) -> Posted | None:
        stands = self.standing_reply(target)
        if stands is None or not same_words(stands.text, text):
            return None
        if stands.posted_at < since - SKEW:
            return None
        return Posted(url=target.url, posted_at=stands.posted_at)

    def recheck(self, targets: Sequence[Target]) -> Rechecked:
        posts: list[Post] = []
        gone: dict[str, str] = {}
        left = Unreached(targets)
        for number, target in enumerate(targets):
            try:
                posts.append(to_post(self._review(target)))
            except Gone:
                gone[target.id] = "deleted, by its author or by Trustpilot"
            except UNREADABLE:  # this one cannot be looked at now; others can
                continue
            except Unavailable as e:  # keep what was found; the next recheck goes on
                if left.breaks_off(number, e):
                    break
        left.check(found=bool(posts or gone))
        return Rechecked(posts, gone if gone and self._is_open() else {}, left.ids)

    def _is_open(self) -> bool:
        """Tell whether we see the business at all: if not, no review of it is gone."""
        try:
            self._list(1, size=1)
        except ConnectorError:
            return False
        return True

    def _step(self, poll: _Poll) -> bool:
        """Read one page; tell whether there is nothing more to read for now.

        The page before it is read again after it, not before: whatever was deleted
        until this page came, what moved up past it stands there now.
        """
        number = poll.walk.position or 1
        poll.pages += 1
        page = read_page(self._list(number), number)
        if number > 1:
            before = read_page(self._list(number - 1), number - 1)
            if number > 2 and not poll.walk.joins(before):
                poll.walk = replace(poll.walk, position=number - 1)  # look further up
                return False
            self._take(poll, before)
            poll.walk = poll.walk.reread(before, self._now())
        self._take(poll, page)
        poll.walk = poll.walk.after(page, self._now(), self._source.reread)
        if poll.walk.is_underway:
            return False
        if not poll.resumed:
            return True
        poll.walk, poll.resumed = replace(poll.walk, catch_up=True), False
        return False

    def _take(self, poll: _Poll, page: Page) -> None:
        poll.posts += poll.walk.news(page, self._now())
        poll.set_aside += poll.walk.unread(page)

    def _list(self, page: int, size: int = PAGE_SIZE) -> Answer:
        unit = self._source.business_unit_id
        return self._api.get(
            f"business-units/{unit}/reviews",
            params={"page": page, "perPage": size, "orderBy": "createdat.desc"},
        )

    def _review(self, target: Target) -> Mapping[str, Any]:
        told = self._api.get(f"reviews/{target.id}").json()
        if not isinstance(told, dict):
            raise Unavailable(UNEXPECTED)
        return told

    def _as_of_a_list(self, error: ConnectorError) -> ConnectorError:
        """A list that is not there is a wrong setting, not a review that is gone."""
        if isinstance(error, Gone):
            return Refused(
                "Trustpilot has no such business unit; correct business_unit_id "
                f"(see {WHERE})"
            )
        return error

    @cached_property
    def _api(self) -> Api:
        source = self._source
        http = Http(
            base_url=source.api_base,
            check=f"api_key and the plan (its API module) under {WHERE}",
            timeout=source.timeout,
            # Whoever points it elsewhere may well mean their own network.
            allow_private=source.api_base != API_BASE,
            now=self._now,
        )
        if source.api_secret is None:
            key = source.api_key.get_secret_value()
            return Api(replace(http, headers={"apikey": key}), None)
        at_token = replace(
            http,
            base_url=source.token_url,
            headers=basic(source.api_key, source.api_secret),
            check=f"api_key and api_secret under {WHERE}",
            allow_private=source.token_url != TOKEN_URL,
        )
        token = Token(at_token, self._now)
        return Api(replace(http, auth=token), token)
