"""One round through all locations, a bounded number of pages per poll."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from connectors._answers import Answer
from connectors._google_api import GoogleApi, an_object
from connectors._google_business_places import Places
from connectors._google_business_posts import (
    Location,
    post_of,
    read_reviews,
    rejection,
    standing,
)
from connectors._google_walk import Walk, digest
from connectors.base import (
    Batch,
    Caution,
    ConnectorError,
    Gone,
    Post,
    Refused,
    SetAside,
    Unavailable,
)

PAGE_SIZE = 50
MOST_PAGES = 20
MOST_FAILURES = 3
KEPT = 100
"""Reviews remembered per location: two pages. A sweep repeats what is older."""
LISTED_FOR = 3600.0
OLD_NEWS = 30 * 86400.0
"""Seconds after which an answer that was turned down is history."""


@dataclass(slots=True)
class State:
    """The cursor. `todo` are the locations that this round still has to visit."""

    listed_at: float = 0
    places: Sequence[Location] = ()
    todo: list[str] = field(default_factory=list)
    walks: dict[str, Walk] = field(default_factory=dict)


def state_of(cursor: Mapping[str, Any] | None) -> State:
    if not cursor:
        return State()
    return State(
        listed_at=cursor["listed_at"],
        places=[
            Location(name=name, title=title, url=url, is_verified=verified)
            for name, title, url, verified in cursor["places"]
        ],
        todo=list(cursor["todo"]),
        walks={name: Walk.read(walk) for name, walk in cursor["walks"].items()},
    )


def cursor_of(state: State) -> dict[str, Any]:
    return {
        "listed_at": state.listed_at,
        "places": [[p.name, p.title, p.url, p.is_verified] for p in state.places],
        "todo": state.todo,
        "walks": {name: walk.write() for name, walk in state.walks.items()},
    }


@dataclass(slots=True)
class Findings:
    """What one poll brings together."""

    posts: list[Post] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one location's reviews, page by page. `now` is a unix time."""

    api: GoogleApi
    now: float
    sweep_every: timedelta

    def page(self, location: Location, walk: Walk, into: Findings) -> Walk:
        """Read the next page of a walk; what is new or changed goes to `into`."""
        walk = walk.begun(whole=self._is_sweep_due(walk), now=self.now)
        answer = self._ask(location, walk)
        if answer.status == 400:  # page tokens do not last
            walk = walk.restarted()
            answer = self._ask(location, walk)
        told = an_object(answer)
        reviews, unread = read_reviews(told, location)
        into.set_aside += unread
        for entry, review in reviews:
            if walk.is_news(entry):
                into.posts.append(post_of(review, location))
                into.cautions += _turned_down(review, location, self.now)
        into.pages += 1
        token = told.get("nextPageToken")
        entries = [entry for entry, _ in reviews]
        return walk.with_page(entries, str(token) if token else None, self.now, KEPT)

    def _is_sweep_due(self, walk: Walk) -> bool:
        every = self.sweep_every.total_seconds()
        return walk.swept_at is None or self.now - walk.swept_at >= every

    def _ask(self, location: Location, walk: Walk) -> Answer:
        params: dict[str, str | int] = {
            "pageSize": PAGE_SIZE,
            "orderBy": "updateTime desc",
        }
        if not walk.token:
            return self.api.get(f"v4/{location.name}/reviews", params)
        asked = {**params, "pageToken": walk.token}
        return self.api.get(f"v4/{location.name}/reviews", asked, accept={400})


@dataclass(slots=True)
class Round:
    """Goes through the locations. One that cannot be read does not stop the others."""

    places: Places
    reader: Reader
    state: State
    found: Findings = field(default_factory=Findings)
    troubles: list[ConnectorError] = field(default_factory=list)
    failures: int = 0

    def run(self) -> Batch:
        """Return what the next pages bring.

        Raises:
            Unavailable: the first page did not come.
            Refused: no location can be read.
        """
        self._list()
        while (
            self.state.todo
            and self.found.pages < MOST_PAGES
            and self.failures < MOST_FAILURES
        ):
            try:
                self._visit(self.state.todo[0])
            except Unavailable as e:
                if not self._goes_on_after(e):
                    break
        if self.troubles and not self.found.pages:
            first = self.troubles[0]
            raise Refused(str(first)) if isinstance(first, Gone) else first
        return Batch(
            posts=sorted(self.found.posts, key=lambda post: post.posted_at),
            cursor=cursor_of(self.state),
            more=bool(self.state.todo),
            set_aside=self.found.set_aside,
            cautions=self.found.cautions,
        )

    def _list(self) -> None:
        state = self.state
        if state.todo:
            return
        if not state.places or self.reader.now - state.listed_at >= LISTED_FOR:
            state.places = self.places.all()
            state.listed_at = self.reader.now
        self.found.cautions += [
            Caution(
                f"google-business-missing:{name}",
                f"the account has no location {name}; check `locations`",
            )
            for name in self.places.missing(state.places)
        ]
        names = [place.name for place in state.places]
        state.walks = {n: walk for n, walk in state.walks.items() if n in names}
        state.todo = names

    def _goes_on_after(self, error: Unavailable) -> bool:
        """Leave a failing location to the next round, so that it stops no other.

        Told to wait, we wait with all; a poll that brought nothing raises.
        """
        self.failures += 1
        self.troubles.insert(0, error)  # what mends itself is not a person's duty
        if error.retry_after is not None:
            return False
        name = self.state.todo.pop(0)
        location = next(place for place in self.state.places if place.name == name)
        self.found.cautions.append(_unreadable(location, error))
        return True

    def _visit(self, name: str) -> None:
        """Read one page of a location; it is done when its walk is."""
        state = self.state
        location = next(place for place in state.places if place.name == name)
        try:
            walk = self.reader.page(location, state.walks.get(name, Walk()), self.found)
        except (Refused, Gone) as e:
            self.troubles.append(e)
            self.found.cautions.append(_unreadable(location, e))
            state.todo.remove(name)
            return
        state.walks[name] = walk
        if not walk.walking:
            state.todo.remove(name)


def _unreadable(location: Location, error: ConnectorError) -> Caution:
    key = f"google-business-unreadable:{digest(location.name, str(error))}"
    return Caution(key, f"{location.title or location.name} cannot be read: {error}")


def _turned_down(
    review: Mapping[str, Any], location: Location, now: float
) -> list[Caution]:
    """Tell of an answer that Google does not show: it counts as answered with us."""
    reply = standing(review)
    if reply is None or not reply.is_rejected:
        return []
    if reply.posted_at and now - reply.posted_at.timestamp() > OLD_NEWS:
        return []
    key = f"google-business-rejected:{digest(review['reviewId'], reply.text)}"
    return [Caution(key, rejection(reply, location.title))]
