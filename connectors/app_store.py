"""App Store Connect: reviews of one's own apps, and the answers to them.

API: https://developer.apple.com/documentation/appstoreconnectapi/customer-reviews
Surprises: a review that its author edits keeps its id and tells no time of the edit,
so the last days are read again on every walk; `POST /v1/customerReviewResponses`
replaces the answer that stands there; an answer waits in PENDING_PUBLISH for up to a
day; the hourly budget rolls and is told in `X-Rate-Limit`, in a format of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from connectors._app_store_api import Api, Token, error_codes
from connectors._app_store_reviews import (
    UNEXPECTED,
    read_page,
    response_of,
    responses,
    to_owner_reply,
    to_post,
    to_posted,
)
from connectors._app_store_settings import API_BASE, AppStoreSource
from connectors._entries import UNREADABLE
from connectors._review_walk import Page, Walk, same_words
from connectors._unreached import Unreached
from connectors.base import (
    Batch,
    CanReply,
    Caution,
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

PAGE_SIZE = 200
MAX_PAGES = 5
MOST_APP_PAGES = 50
MOST_LEFT = 3
LONGEST_REPLY = 5970  # from memory: Apple documents no number
SKEW = timedelta(minutes=1)  # their clock and ours; their times are whole seconds
LOST_LINK = {400, 404, 410}


@dataclass(slots=True)
class _Round:
    """One poll underway: what it found, and how far each app's walk came.

    `resumed` are the apps whose walk an earlier poll began: by now there may be
    newer reviews than its start. `left` counts the apps that could not be read.
    """

    walks: dict[str, Walk]
    todo: list[str]
    resumed: set[str]
    posts: list[Post] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    pages: int = 0
    left: int = 0

    def batch(self, *, more: bool) -> Batch:
        walks = {app: walk.write() for app, walk in self.walks.items()}
        return Batch(
            posts=sorted(self.posts, key=lambda post: post.posted_at),
            cursor={"apps": walks, "todo": self.todo},
            more=more,
            set_aside=self.set_aside,
            cautions=self.cautions,
        )


class AppStoreConnector:
    settle = timedelta(minutes=1)
    recheck_limit = 20

    def __init__(self, source: AppStoreSource, now: Callable[[], datetime]) -> None:
        self._source = source
        self._now = now

    def __repr__(self) -> str:
        return f"AppStoreConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Walk each app's reviews back to what we know, newest first.

        A walk that is too long for one poll, or cut short, goes on with the next.

        Raises:
            Unavailable: rate limit, no answer, an answer in another shape.
            Refused: the key, its role or an app is wrong.
        """
        kept = cursor or {"apps": {}, "todo": []}
        walks = {app: Walk.read(walk) for app, walk in kept["apps"].items()}
        apps = self._source.app_ids or tuple(self._apps())
        todo = [app for app in kept["todo"] if app in apps] or list(apps)
        resumed = {app for app, walk in walks.items() if walk.is_underway}
        round_ = _Round({app: walks.get(app, Walk()) for app in apps}, todo, resumed)
        budget = MAX_PAGES
        while round_.todo and round_.pages < budget:
            if round_.pages and self._api.is_spent:
                round_.cautions.append(self._nearly_spent())
                return round_.batch(more=False)
            try:
                budget += self._step(round_)
            except ConnectorError as e:
                if self._leaves(round_, e):
                    continue
                if round_.posts:  # keep what came; the next poll meets the error
                    return round_.batch(more=True)
                raise _as_of_a_list(e, round_.todo[0]) from e
        return round_.batch(more=bool(round_.todo))

    def _leaves(self, round_: _Round, error: ConnectorError) -> bool:
        """Leave one app's trouble to the next round, so that it stops no other app.

        What shuts us out as a whole (the key, the hour's calls), and what has met too
        many apps or the last one before any was read, is for the whole poll to tell.
        """
        is_apps = isinstance(error, Gone) or (
            isinstance(error, Unavailable) and error.retry_after is None
        )
        is_all = len(round_.walks) == 1 or (len(round_.todo) == 1 and not round_.pages)
        if not is_apps or is_all or round_.left == MOST_LEFT:
            return False
        app = round_.todo.pop(0)
        round_.left += 1
        round_.cautions.append(
            Caution(
                key=f"app-left:{app}:{self._now():%Y-%m-%d}",
                text=f"the reviews of app {app} cannot be read, those of other apps "
                f"are: {_as_of_a_list(error, app)}",
            )
        )
        return True

    def validate(self) -> str:
        """Return the apps that the key sees, having read a review of one of them."""
        names = self._apps()
        wanted = self._source.app_ids or tuple(names)
        if unknown := [app for app in wanted if app not in names]:
            raise Refused(
                f"the key sees no app {unknown[0]}; check app_ids against Apple ID "
                "under App Information in App Store Connect, and the key's apps"
            )
        if not wanted:
            return "the key works; the account has no apps yet"
        self._reviews(wanted[0], limit=1)
        shown = ", ".join(names[app] for app in wanted[:3])
        more = f" and {len(wanted) - 3} more" if len(wanted) > 3 else ""
        return f"reviews of {shown}{more}"

    def can_reply(self, target: Target) -> CanReply:  # noqa: ARG002
        return CanReply(ok=True)

    def measure(self, target: Target, text: str) -> Length:  # noqa: ARG002
        return Length(used=len(text), limit=LONGEST_REPLY)

    def standing_reply(self, target: Target) -> OwnerReply | None:
        """Return the answer that stands under the review, published or pending."""
        found = self._response(target)
        return found[1] if found else None

    def reply(self, target: Target, text: str) -> Posted:
        """Publish `text` as the answer. It replaces any that stands there: the caller
        has looked (`standing_reply`) right before."""
        review = {"data": {"type": "customerReviews", "id": target.id}}
        body = {
            "data": {
                "type": "customerReviewResponses",
                "attributes": {"responseBody": text},
                "relationships": {"review": review},
            }
        }
        answer = self._api.post("v1/customerReviewResponses", body, {400, 409, 422})
        if answer.status >= 400:
            raise self._not_taken(answer)
        told = answer.json()
        try:
            return to_posted(told["data"], target.url)
        except UNREADABLE as e:
            raise Unavailable(UNEXPECTED, unclear=True) from e

    def find_reply(self, target: Target, text: str, since: datetime) -> Posted | None:
        found = self._response(target)
        if found is None:
            return None
        response, stands = found
        ours = same_words(stands.text, text) and stands.posted_at >= since - SKEW
        return to_posted(response, target.url) if ours else None

    def recheck(self, targets: Sequence[Target]) -> Rechecked:
        """Return what became of these reviews, as far as the hour's calls allow."""
        posts: list[Post] = []
        gone: dict[str, str] = {}
        left = Unreached(targets)
        for number, target in enumerate(targets):
            if (posts or gone) and self._api.is_spent:
                left.leave(number)
                break
            try:
                review, included = self._review(target)
                posts.append(to_post(review, str(target.ref["app"]), included))
            except Gone:
                gone[target.id] = "deleted, by its author or by Apple"
            except UNREADABLE:  # this one cannot be looked at now; others can
                continue
            except Unavailable as e:  # keep what was found; the next recheck goes on
                if left.breaks_off(number, e):
                    break
        left.check(found=bool(posts or gone))
        apps = {str(one.ref.get("app")) for one in targets if one.id in gone}
        if not all(map(self._is_open, apps)):
            gone = {}
        return Rechecked(posts, gone, left.ids)

    def _is_open(self, app: str) -> bool:
        """Tell whether we see the app at all: if not, no review of it is gone."""
        try:
            self._reviews(app, limit=1)
        except ConnectorError:
            return False
        return True

    def _step(self, round_: _Round) -> int:
        """Read one page of the first app to do; return how many more pages to allow."""
        app, now = round_.todo[0], self._now()
        walk = round_.walks[app]
        page = self._page(app, walk)
        round_.pages += 1
        if page is None:
            if app not in round_.resumed:  # fresh from Apple, and already dead
                raise Unavailable("App Store Connect does not go on with its list")
            # It died with time. From the top, in one go at least as far as it led.
            round_.walks[app] = walk.from_the_top()
            round_.resumed.discard(app)
            return walk.pages + 1
        round_.posts += walk.news(page, now)
        round_.set_aside += walk.unread(page)
        round_.walks[app] = walk = walk.after(page, now, self._source.reread)
        if not walk.is_underway and app not in round_.resumed:
            round_.todo.pop(0)
        elif not walk.is_underway:
            round_.resumed.remove(app)
            round_.walks[app] = replace(walk, catch_up=True)
        return 0

    def _page(self, app: str, walk: Walk) -> Page | None:
        if not walk.is_underway:
            answer = self._reviews(app, limit=PAGE_SIZE)
        else:
            try:
                link = self._api.own_link(walk.position)
            except Refused:  # it was ours when we kept it: `api_base` has changed
                return None
            answer = self._api.get(link, accept=LOST_LINK)
            if answer.status in LOST_LINK:
                return None
        return read_page(answer, app, self._api.own_link)

    def _reviews(self, app: str, limit: int) -> Answer:
        params = {"sort": "-createdDate", "include": "response", "limit": limit}
        return self._api.get(f"v1/apps/{app}/customerReviews", params)

    def _review(self, target: Target) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        answer = self._api.get(
            f"v1/customerReviews/{target.id}", {"include": "response"}
        )
        told = answer.json()
        return told["data"], responses(told)

    def _response(self, target: Target) -> tuple[Mapping[str, Any], OwnerReply] | None:
        """Return the answer under a review, as Apple tells it and as we do."""
        try:
            response = response_of(*self._review(target))
            return (response, to_owner_reply(response)) if response else None
        except UNREADABLE as e:
            raise Unavailable(UNEXPECTED) from e

    def _not_taken(self, answer: Answer) -> Gone | Refused:
        said = self._api.says(answer)
        if any("RELATIONSHIP" in code for code in error_codes(answer)):
            return Gone(f"the review is not there any more: {said}")
        return Refused(f"the App Store does not take this reply: {said}")

    def _apps(self) -> Mapping[str, str]:
        """Return the names of the apps that the key sees, by number."""
        names: dict[str, str] = {}
        params = {"limit": PAGE_SIZE, "fields[apps]": "name"}
        try:
            answer = self._api.get("v1/apps", params)
            for _ in range(MOST_APP_PAGES):
                told = answer.json()
                names |= {one["id"]: one["attributes"]["name"] for one in told["data"]}
                if not (link := told["links"].get("next")):
                    break
                answer = self._api.get(self._api.own_link(link))
        except Gone as e:
            raise Refused(f"{e}; correct api_base") from e
        except UNREADABLE as e:
            raise Unavailable(UNEXPECTED) from e
        return names

    def _nearly_spent(self) -> Caution:
        return Caution(
            key=f"hour-spent:{self._now():%Y-%m-%d}",
            text=f"{self._source.name}: the calls that App Store Connect allows per "
            "hour are nearly used up; polls go on as they come back. Poll less often "
            "(`every`) or look back less far (`reread`)",
        )

    @cached_property
    def _api(self) -> Api:
        source = self._source
        token = Token(source.key_id, source.issuer_id, source.private_key, self._now)
        http = Http(
            base_url=source.api_base,
            timeout=source.timeout,
            # Whoever points it elsewhere may well mean their own network.
            allow_private=source.api_base != API_BASE,
            now=self._now,
        )
        return Api(source.api_base, token, http)


def _as_of_a_list(error: ConnectorError, app: str) -> ConnectorError:
    """A list that is not there is a wrong setting, not a review that is gone."""
    if isinstance(error, Gone):
        return Refused(f"App Store Connect has no app {app}; correct app_ids")
    return error
