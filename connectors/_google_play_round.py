"""One round through all apps, a bounded number of pages per poll."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from connectors._google_play_app import Page, away_too_long, read_page
from connectors._google_walk import Walk, digest
from connectors.base import Batch, Caution, Gap, Post, Refused, SetAside, Unavailable

MOST_PAGES = 10
MOST_FAILURES = 3

Lister: TypeAlias = Callable[[str, str | None], Mapping[str, Any]]
"""Reads one page of an app's reviews: package, and the page's token."""


@dataclass(slots=True)
class Round:
    """Goes through the apps in `todo`. One that is closed does not stop the others."""

    list_reviews: Lister
    now: Callable[[], datetime]
    todo: list[str]
    walks: dict[str, Walk]
    posts: list[Post] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    pages: int = 0

    def run(self) -> Batch:
        """Return what the next pages bring.

        Raises:
            Unavailable: the first page did not come.
            Refused: no app can be read.
        """
        troubles: list[Unavailable | Refused] = []
        while self.todo and self.pages < MOST_PAGES:
            package = self.todo[0]
            try:
                self._take(package)
            except (Unavailable, Refused) as e:
                if self._is_stopped_by(e, troubles):
                    break  # what came is kept; the next poll meets the trouble first
                self.cautions.append(_closed(package, e))
                self.todo.remove(package)  # until the next round
        if troubles and not self.pages:
            raise troubles[0]
        return self._batch()

    def _is_stopped_by(
        self, error: Unavailable | Refused, troubles: list[Unavailable | Refused]
    ) -> bool:
        """Note the trouble, what mends itself first; told to wait, wait with all."""
        if isinstance(error, Refused):
            troubles.append(error)
            return False
        troubles.insert(0, error)
        return error.retry_after is not None or len(troubles) >= MOST_FAILURES

    def _take(self, package: str) -> None:
        now = self.now()
        before = self.walks.get(package, Walk())
        begun = before.begun(whole=False, now=now.timestamp())
        page = self._page(package, begun, now)
        self.pages += 1
        self.posts += page.posts
        self.set_aside += page.set_aside
        self.gaps += [*away_too_long(before, package, now), *page.gaps]
        self.walks[package] = page.walk
        if not page.walk.walking:
            self.todo.remove(package)

    def _page(self, package: str, walk: Walk, now: datetime) -> Page:
        try:
            told = self.list_reviews(package, walk.token)
        except Refused:
            if walk.token is None:
                raise
            walk = walk.restarted()  # page tokens do not last
            told = self.list_reviews(package, None)
        return read_page(told, walk, package, now)

    def _batch(self) -> Batch:
        return Batch(
            posts=sorted(self.posts, key=lambda post: post.posted_at),
            cursor={
                "todo": self.todo,
                "walks": {name: walk.write() for name, walk in self.walks.items()},
            },
            more=bool(self.todo),
            gaps=self.gaps,
            set_aside=self.set_aside,
            cautions=self.cautions,
        )


def _closed(package: str, error: Unavailable | Refused) -> Caution:
    key = f"google-play-closed:{digest(package, str(error))}"
    return Caution(key, f"{package} cannot be read: {error}")
