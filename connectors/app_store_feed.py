"""The App Store's public review feeds: no keys, one per app and country. Read only.

Apple documents them no more; the address is
https://itunes.apple.com/us/rss/customerreviews/page=1/id=284910350/sortby=mostrecent/json
Surprises: at most ten pages of 50, the newest of one country; one review is an object,
none is no key at all; the app itself may come as the first entry; every number is a
string; `updated` is missing in some years; and above all, Apple at times answers an
empty feed where there are hundreds of reviews. That is silence, not peace.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from connectors._app_store_feed_page import Place, PlaceState, Review, read_page
from connectors._app_store_feed_settings import API_BASE, AppStoreFeedSource
from connectors._review_walk import moment
from connectors.base import (
    Batch,
    ConnectorError,
    Cursor,
    Gap,
    Post,
    Refused,
    SetAside,
    Unavailable,
)
from connectors.http import Answer, Http, is_busy

PAGES = 10
FULL_PAGE = 49  # 50, one of which may be the app itself
MAX_PAGES = 30
MOST_FAILURES = 3


@dataclass(slots=True)
class _Round:
    """One poll underway over the places to do."""

    states: dict[str, PlaceState]
    posts: list[Post] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    error: ConnectorError | None = None
    pages: int = 0

    @property
    def is_over(self) -> bool:
        return self.pages >= MAX_PAGES or len(self.failed) >= MOST_FAILURES


class AppStoreFeedConnector:
    def __init__(self, source: AppStoreFeedSource, now: Callable[[], datetime]) -> None:
        self._source = source
        self._now = now

    def __repr__(self) -> str:
        return f"AppStoreFeedConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Read each place's feed back to what we know; every `reread` to its end.

        One country's fault does not keep the others back: they come first, and the
        fault is raised by the poll after.

        Raises:
            Unavailable: no answer, or a feed that is empty where it was not.
            Refused: there is no such app or country.
        """
        kept = cursor or {"places": {}, "todo": [], "began": None}
        began, todo = self._to_do(kept["todo"], kept["began"])
        states = {key: PlaceState.read(one) for key, one in kept["places"].items()}
        round_ = _Round(states)
        for place in todo:
            if round_.is_over:
                break
            self._visit(place, round_)
        if round_.error and not round_.done:
            raise round_.error
        left = [place.key for place in todo if place.key not in round_.done]
        after = {key: one.write() for key, one in round_.states.items()}
        return Batch(
            posts=sorted(round_.posts, key=lambda post: post.posted_at),
            cursor={"places": after, "todo": left, "began": began.isoformat()},
            more=bool(left),
            gaps=round_.gaps,
            set_aside=round_.set_aside,
        )

    def validate(self) -> str:
        """Return how many reviews the first page of the first place holds."""
        place = self._places[0]
        reviews, _ = self._page(place, 1, worked=False)
        count, places = len(reviews), len(self._places)
        of_all = f"; {places} feeds in all" if places > 1 else ""
        return f"{count} reviews on the first page of app {place.key}{of_all}"

    def _to_do(
        self, left: Sequence[str], began: str | None
    ) -> tuple[datetime, list[Place]]:
        """Return when this round began, and the places it has still to visit.

        A new round starts elsewhere each time, so that dead places at the head of
        the list starve nobody; those that an old round left over come last.
        """
        now, every = self._now(), self._source.every
        at = moment(began) if began else now
        todo = [place for place in self._places if place.key in left]
        if todo and timedelta(0) <= now - at < every:
            return at, todo
        start = int(now.timestamp() // every.total_seconds()) % len(self._places)
        turned = self._places[start:] + self._places[:start]
        return now, sorted(turned, key=lambda place: place.key in left)

    def _visit(self, place: Place, round_: _Round) -> None:
        try:
            self._read(place, round_)
        except (Unavailable, Refused) as e:
            round_.error = round_.error or e
            round_.failed.append(place.key)
        else:
            round_.done.add(place.key)

    def _read(self, place: Place, round_: _Round) -> None:
        """Read a place whole, or not at all: half a walk would hide the other half."""
        now, is_first = self._now(), place.key not in round_.states
        before = round_.states.get(place.key, PlaceState())
        swept_at = before.swept_at
        sweep = swept_at is None or now - swept_at >= self._source.reread
        reviews, unread = self._walk(place, before, round_, sweep=sweep)
        if not is_first or self._source.first == "all":
            round_.posts += before.news(reviews, place, now)
        if before.seen and not before.joins(reviews):
            round_.gaps.append(_gap(place, before, reviews))
        round_.set_aside += unread if sweep else ()
        round_.states[place.key] = before.after(reviews, now, swept=sweep)

    def _walk(
        self, place: Place, before: PlaceState, round_: _Round, *, sweep: bool
    ) -> tuple[list[Review], list[SetAside]]:
        """Return the reviews newest first, as far as needed to meet what we know."""
        found: list[Review] = []
        aside: list[SetAside] = []
        size = 0
        for number in range(1, PAGES + 1):
            page, unread = self._page(place, number, worked=bool(before.seen))
            round_.pages += 1
            if not page:
                self._check_silence(place, before, found, size)
                break
            found += page
            aside += unread
            size = len(page)
            if not sweep and before.joins(page):
                break
        return found, aside

    def _check_silence(
        self, place: Place, before: PlaceState, found: list[Review], size: int
    ) -> None:
        """An empty page is the end of the feed; or the feed is broken.

        Raises:
            Unavailable: it must be broken: we know of reviews further on.
        """
        if not before.seen or before.joins(found):
            return
        if not found or size >= FULL_PAGE:
            raise Unavailable(
                f"the App Store shows no {'more ' if found else ''}reviews of app "
                f"{place.app} in {place.country}, where it showed {len(before.seen)}; "
                "it does that to some networks for a while. For an app of yours, "
                "`type: app_store` is sure"
            )

    def _page(
        self, place: Place, number: int, *, worked: bool
    ) -> tuple[list[Review], list[SetAside]]:
        answer = self._http.get(place.path(number), accept={404, 410})
        if answer.status >= 400:
            told = f"the App Store has no feed for app {place.app} in {place.country}"
            if worked:
                raise Unavailable(f"{told}, which it had")
            raise Refused(f"{told}; correct app_ids or countries")
        return read_page(answer.json(), place)

    @cached_property
    def _places(self) -> list[Place]:
        source = self._source
        countries = dict.fromkeys(source.countries)
        return [Place(app, one) for app in dict.fromkeys(source.app_ids)
                for one in countries]  # fmt: skip

    @cached_property
    def _http(self) -> Http:
        return Http(
            base_url=self._source.api_base,
            check="the network: it takes no key",
            timeout=self._source.timeout,
            allow_private=self._source.api_base != API_BASE,
            busy=_is_busy,
            now=self._now,
        )


def _is_busy(answer: Answer) -> bool:
    """There are no credentials, so 401 and 403 shut out our network, for a while."""
    return answer.status in {401, 403} or is_busy(answer)


def _gap(place: Place, before: PlaceState, reviews: Sequence[Review]) -> Gap:
    dates = [review.at for review in reviews if review.at]
    since = before.polled_at
    oldest = min(dates, default=None)
    until = oldest if oldest and since and oldest > since else None
    return Gap(
        since,
        until,
        f"all reviews of app {place.app} in {place.country} that the feed shows are "
        f"new ({len(reviews)}; it shows the newest 500); others have passed: poll it "
        "more often (`every`), or read an app of yours with `type: app_store`",
    )
