"""Google Play: reviews of our own apps, and the developer's answers.

API: https://developers.google.com/android-publisher/reply-to-reviews, through
google-api-python-client with the description of the API that it brings along.
Surprises: only reviews with words, of the last 7 days, what changed last first; no
time of writing; 200 reads an hour for each app; the reply call overwrites whatever
answer stands there, strips HTML and takes about 350 characters; a review asked for by
its id may be "not found" because it is old, so that only a young one is surely gone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from connectors._google_api import GoogleApi, Service
from connectors._google_auth import Tokens
from connectors._google_look import MALFORMED, look_again
from connectors._google_play_app import PAGE_SIZE, WINDOW
from connectors._google_play_posts import (
    developer_reply,
    moment,
    plain,
    post_of,
)
from connectors._google_play_round import Round
from connectors._google_play_settings import GooglePlaySource
from connectors._google_play_wire import Wire, run
from connectors._google_walk import Walk
from connectors.base import (
    Batch,
    CanReply,
    Cursor,
    Gone,
    Length,
    OwnerReply,
    Post,
    Posted,
    Rechecked,
    Refused,
    Target,
    Unavailable,
)

MOST_CHARACTERS = 350
SETTLE = timedelta(minutes=5)  # an assumption: Google tells nothing of it
SKEW = timedelta(minutes=5)
CONSOLE = "https://play.google.com/console"
SERVICE = Service(
    name="Google Play Android Developer API",
    scope="https://www.googleapis.com/auth/androidpublisher",
    enable="https://console.cloud.google.com/apis/library/androidpublisher.googleapis.com",
    access="invite the account in the Play Console (Users and permissions) with "
    '"View app information" and "Reply to reviews" for this app',
    approval="the project has no quota for the Google Play Android Developer API: ask "
    "for it in Google Cloud under Quotas",
    wait=timedelta(minutes=15),  # the quota counts by the hour
)


class GooglePlayConnector:
    recheck_limit = 20
    settle = SETTLE

    def __init__(self, source: GooglePlaySource, now: Callable[[], datetime]) -> None:
        self._source = source
        self._now = now
        tokens = Tokens(source, SERVICE.scope, now)
        self._api = GoogleApi(source, source.api_base, SERVICE, tokens, now)
        self._lock = Lock()
        self._reviews: Any = None

    def __repr__(self) -> str:
        return f"GooglePlayConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Return new and changed reviews of all apps, some pages at a time.

        Raises:
            Unavailable: no answer, or too many calls.
            Refused: no access, or no such app.
        """
        told = dict(cursor or {})
        packages = self._source.packages
        todo = [name for name in told.get("todo", ()) if name in packages]
        walks = {
            name: Walk.read(walk)
            for name, walk in told.get("walks", {}).items()
            if name in packages
        }
        return Round(self._list, self._now, todo or list(packages), walks).run()

    def validate(self) -> str:
        """Return which apps answer; one call for each."""
        found = []
        for package in self._source.packages:
            has_some = self._list(package, None, 1).get("reviews")
            found.append(package if has_some else f"{package} (no review this week)")
        return f"we may read {', '.join(found)}"

    def can_reply(self, target: Target) -> CanReply:
        if not target.ref.get("package"):
            return CanReply(False, "this review came without its app's name", CONSOLE)
        return CanReply(True)

    def measure(self, target: Target, text: str) -> Length:  # noqa: ARG002
        """Count characters; Google says only "about 350"."""
        return Length(len(text), MOST_CHARACTERS)

    def standing_reply(self, target: Target) -> OwnerReply | None:
        return _read(lambda: developer_reply(self._review(target)))

    def reply(self, target: Target, text: str) -> Posted:
        """Put the answer there, over any that stands (see `standing_reply`)."""
        call = self._client().reply(
            packageName=_package(target),
            reviewId=target.id,
            body={"replyText": text},
        )
        told = run(call, writes=True)
        result = told.get("result")
        edited = result.get("lastEdited") if isinstance(result, dict) else None
        return Posted(url=target.url, posted_at=_maybe_moment(edited))

    def find_reply(self, target: Target, text: str, since: datetime) -> Posted | None:
        """Return our answer if it is the one that stands there."""
        reply = self.standing_reply(target)
        if reply is None or plain(reply.text) != plain(text):
            return None
        if reply.posted_at < since - SKEW:
            return None
        return Posted(url=target.url, posted_at=reply.posted_at)

    def recheck(self, targets: Sequence[Target]) -> Rechecked:
        """Look at each review again, with one call for each.

        A review older than Play's window that is "not found" is left out: it may
        only be too old.

        Raises:
            Unavailable, Refused: as `poll`, if nothing could be looked at.
        """

        def look(target: Target) -> Post:
            first = target.posted_at.timestamp()
            return post_of(self._get(target), _package(target), first)

        def is_deleted(target: Target) -> bool:
            return not self._is_old(target) and self._is_open(_package(target))

        return look_again(targets, look, is_deleted)

    def _is_open(self, package: str) -> bool:
        """Tell whether we see the app at all: if not, none of its reviews is gone."""
        try:
            self._list(package, None, 1)
        except Refused:
            return False
        return True

    def _list(
        self, package: str, token: str | None, size: int = PAGE_SIZE
    ) -> Mapping[str, Any]:
        asked = {"packageName": package, "maxResults": size}
        call = self._client().list(**asked, **({"token": token} if token else {}))
        try:
            return run(call)
        except Gone as e:
            raise Refused(f"{e}; check {package} in `packages`") from e

    def _get(self, target: Target) -> Mapping[str, Any]:
        name = _package(target)
        return run(self._client().get(packageName=name, reviewId=target.id))

    def _review(self, target: Target) -> Mapping[str, Any]:
        """Read one review.

        Raises:
            Gone: it is young enough to be shown, and is not.
            Refused: it is not shown; perhaps only as it is too old.
        """
        try:
            return self._get(target)
        except Gone as e:
            if not self._is_old(target):
                raise
            raise Refused(
                "Google Play no longer shows this review to programs, as it is older "
                f"than 7 days; answer it at {CONSOLE}"
            ) from e

    def _is_old(self, target: Target) -> bool:
        changed = target.ref.get("changed")
        if not isinstance(changed, int | float):
            changed = target.posted_at.timestamp()
        return self._now() - datetime.fromtimestamp(changed, UTC) >= WINDOW

    def _client(self) -> Any:
        """Return the client's `reviews`, made at the first call: it takes a while."""
        with self._lock:
            if self._reviews is None:
                from googleapiclient import discovery

                built = discovery.build(
                    "androidpublisher",
                    "v3",
                    http=Wire(self._api),
                    static_discovery=True,
                    client_options={"api_endpoint": self._source.api_base},
                )
                self._reviews = built.reviews()
            return self._reviews


def _read(read: Callable[[], OwnerReply | None]) -> OwnerReply | None:
    try:
        return read()
    except MALFORMED as e:
        raise Unavailable(
            f"Google Play answered a review not in the shape we know "
            f"({type(e).__name__})"
        ) from None


def _maybe_moment(told: Any) -> datetime | None:
    try:
        return moment(told)
    except MALFORMED:
        return None


def _package(target: Target) -> str:
    package = target.ref.get("package")
    if not isinstance(package, str) or not package:
        raise Refused("this review came without its app's name; answer it at Google")
    return package
