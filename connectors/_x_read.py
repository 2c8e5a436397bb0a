"""One paid page of X at a time: asked for within the budget, paid at once."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors._x_budget import Budget
from connectors._x_call import fields
from connectors._x_posts import Page
from connectors._x_settings import XPrices
from connectors._x_walk import WINDOW, Walk
from connectors.base import Refused

if TYPE_CHECKING:
    from connectors._x_client import XClient

Body = Mapping[str, Any]
Ask = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A newest-first list of X: how it is asked for, what a post in it costs.

    `window` is how far back X shows it, `least` the smallest page it gives.
    """

    name: str
    ask: Ask
    asked: Mapping[str, Any]
    token_name: str
    owned: bool
    least: int
    window: timedelta | None
    authors: bool = True


@dataclass(frozen=True, slots=True)
class Pace:
    """How often, how far back, and how much at once."""

    search_every: timedelta
    look_back: timedelta
    max_pages: int


def mentions(client: "XClient", user_id: str) -> Listing:
    return Listing(
        name="mentions",
        ask=client.get_users_mentions,
        asked={"id": user_id, "user_auth": True},
        token_name="pagination_token",  # noqa: S106  # not a secret
        owned=True,
        least=5,
        window=None,
    )


def search(client: "XClient", query: str) -> Listing:
    return Listing(
        name="search",
        ask=client.search_recent_tweets,
        asked={"query": query, "sort_order": "recency"},
        token_name="next_token",  # noqa: S106  # not a secret
        owned=False,
        least=10,
        window=WINDOW,
    )


def timeline(client: "XClient", user_id: str) -> Listing:
    """The account's own posts; who wrote them is known."""
    return Listing(
        name="own posts",
        ask=client.get_users_tweets,
        asked={"id": user_id, "user_auth": True, "exclude": ["retweets"]},
        token_name="pagination_token",  # noqa: S106  # not a secret
        owned=True,
        least=5,
        window=None,
        authors=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads pages, and knows what they cost. `free` skips the budget, never the bill."""

    client: "XClient"
    budget: Budget
    prices: XPrices
    authors: bool
    references: bool
    page_size: int = 100
    free: bool = False

    def page(self, listing: Listing, walk: Walk) -> Page:
        """Return the next page of a walk under way, as X shows it. What was paid for
        on this UTC day is not paid again: X bills a post once per day.

        Raises:
            Unavailable: also where the budget has no room for another page.
            Outdated: X takes this walk's token or `since_id` no longer.
            Refused: as every call.
        """
        with self._turn():
            size = self._size(listing)
            body = listing.ask(
                **listing.asked,
                **self._fields(listing),
                **_bounds(walk, listing.token_name),
                max_results=size,
            )
            return self._paid(listing, body, walk.paid_on(self.budget.today()))

    def pages(
        self, listing: Listing, walk: Walk, most: int
    ) -> Iterator[tuple[Page, Walk]]:
        """Yield up to `most` pages, without what is known, each with the walk after it.

        Raises:
            Unavailable, Outdated, Refused: as `page`; what was yielded stands.
        """
        for _ in range(most):
            page = self.page(listing, walk)
            known = walk.known
            walk = walk.paged(page.newest, page.token, page.count, page.ids)
            yield page.without(known), walk
            if not walk.is_under_way:
                return

    def posts(self, ids: list[str]) -> Page:
        """Return posts that we keep as they now are, without their authors.

        Raises:
            Unavailable: also where no budget is left for it.
            Refused: as every call.
        """
        price = self.prices.post_read
        signed = not self.client.bearer_token
        asked = fields(authors=False, references=False)
        with self._turn():
            self.budget.check_spare(price, len(ids))
            page = Page.read(self.client.get_tweets(ids=ids, user_auth=signed, **asked))
            self.budget.pay("posts read", len(page.raw), price)
        return page

    def check_room(self, listing: Listing) -> None:
        """Ask nobody, and see whether the budget has room for a page of this list.

        Raises:
            Unavailable: it has none; SearchesRest where others have.
        """
        with self._turn():
            self._size(listing)

    def _turn(self) -> AbstractContextManager[object]:
        return nullcontext() if self.free else self.budget.turn

    def _fields(self, listing: Listing) -> Mapping[str, Any]:
        authors = self.authors and listing.authors
        return fields(authors=authors, references=self.references)

    def _size(self, listing: Listing) -> int:
        prices = self.prices
        each = prices.owned_read if listing.owned else prices.post_read
        each += prices.user_read if self.authors and listing.authors else 0
        each += prices.post_read if self.references else 0
        if self.free:
            return self.page_size
        least = min(listing.least, self.page_size)
        return self.budget.page(each, self.page_size, least, owned=listing.owned)

    def _paid(self, listing: Listing, body: Body, paid: Collection[str]) -> Page:
        page = Page.read(body)
        due = page.without(paid)
        prices, pay = self.prices, self.budget.pay
        if listing.owned:
            pay("owned reads", len(due.raw), prices.owned_read)
        else:
            pay("posts read", len(due.raw), prices.post_read)
        pay("users read", len(due.users), prices.user_read)
        pay("posts read", len(due.others), prices.post_read)
        if page.errors and not page.raw and "meta" not in body:
            told = page.errors[0].get("detail") or page.errors[0].get("title") or ""
            said = " ".join(str(told).split())[:200]
            raise Refused(f"X shows no {listing.name}: {said}")
        return page


def _bounds(walk: Walk, token_name: str) -> dict[str, Any]:
    """Return where a page starts and the walk ends; the same end on every page."""
    bounds = {
        "since_id": walk.after_id,
        "start_time": walk.from_time,
        token_name: walk.token,
    }
    return {name: value for name, value in bounds.items() if value is not None}
