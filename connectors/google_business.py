"""Google Business Profile: reviews of a business's places, and the owner's answers.

API: https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews
(reviews are still v4), accounts and locations by the newer v1 APIs.
Surprises: access must be applied for, and until Google approves, the quota is 0; the
list shows what changed last first and cannot be asked for "since"; page tokens do not
last; the reply call overwrites whatever answer stands there; an answer is moderated
after it was taken; its length is limited in bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors._google_api import GoogleApi, Service, an_object
from connectors._google_auth import Tokens
from connectors._google_business_places import Places
from connectors._google_business_posts import (
    BY_HAND,
    Location,
    Standing,
    owner_reply_of,
    post_of,
    rejection,
    standing,
)
from connectors._google_business_round import Reader, Round, state_of
from connectors._google_business_settings import GoogleBusinessSource
from connectors._google_look import look_again
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
)

MOST_BYTES = 4096
SETTLE = timedelta(minutes=2)  # an assumption: Google tells nothing of it
SKEW = timedelta(minutes=5)
SERVICE = Service(
    name="My Business APIs",
    scope="https://www.googleapis.com/auth/business.manage",
    enable="https://console.cloud.google.com/apis/library?q=my%20business",
    access="the account must be owner or manager of the Business Profile and have "
    "granted the scope business.manage, see https://business.google.com",
    approval="Google has not approved the project yet (its quota is 0): apply for "
    '"Basic API Access" at https://support.google.com/business/contact/api_default',
    wait=timedelta(minutes=1),
)


class GoogleBusinessConnector:
    recheck_limit = 50
    settle = SETTLE

    def __init__(
        self, source: GoogleBusinessSource, now: Callable[[], datetime]
    ) -> None:
        self._source = source
        self._now = now
        tokens = Tokens(source, SERVICE.scope, now)

        bases = {source.api_base, source.accounts_base, source.locations_base}
        apis = {base: GoogleApi(source, base, SERVICE, tokens, now) for base in bases}
        self._api = apis[source.api_base]
        self._places = Places(
            accounts=apis[source.accounts_base],
            locations=apis[source.locations_base],
            account=source.account,
            only=source.locations,
        )

    def __repr__(self) -> str:
        return f"GoogleBusinessConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Return new and changed reviews of all locations, some pages at a time.

        Raises:
            Unavailable: no answer, or too many calls.
            Refused: no access, no approval, no such account or location.
        """
        reader = Reader(self._api, self._now().timestamp(), self._source.sweep_every)
        return Round(self._places, reader, state_of(cursor)).run()

    def validate(self) -> str:
        """Return how many locations we see, having read one review of the first."""
        found = self._places.all()
        if not found:
            raise Refused(
                "Google shows no location to this account; invite it as a manager at "
                "https://business.google.com"
            )
        first = found[0]
        try:
            params = {"pageSize": 1}
            told = an_object(self._api.get(f"v4/{first.name}/reviews", params))
        except Gone as e:
            raise Refused(f"{e}; check `account` and `locations`") from e
        count, unverified = told.get("totalReviewCount", 0), _unverified(found)
        where = f"{first.title or first.name} has {count} review{_s(count)}"
        many = f"{len(found)} location{_s(len(found))}"
        return " ".join(f"{many}; {where}{unverified}".split())

    def can_reply(self, target: Target) -> CanReply:
        url = str(target.ref.get("url") or "") or BY_HAND
        if not target.ref.get("name"):
            return CanReply(False, "this review came without its name at Google", url)
        if target.ref.get("verified") is False:
            return CanReply(
                False, "Google takes answers only for verified locations", url
            )
        return CanReply(True)

    def measure(self, target: Target, text: str) -> Length:  # noqa: ARG002
        return Length(len(text.encode("utf-8", "replace")), MOST_BYTES, "bytes")

    def standing_reply(self, target: Target) -> OwnerReply | None:
        """Return the owner's answer, read just now; one turned down is none."""
        reply = standing(self._review(target))
        if reply is None or reply.is_rejected:
            return None
        return owner_reply_of(reply, self._now(), str(target.ref.get("title", "")))

    def reply(self, target: Target, text: str) -> Posted:
        """Put the answer there, over any that stands (see `standing_reply`)."""
        path = f"v4/{_name(target)}/reply"
        answer = self._api.ask("PUT", path, body={"comment": text})
        told = an_object(answer)
        return self._posted(standing({"reviewReply": told}), target)

    def find_reply(self, target: Target, text: str, since: datetime) -> Posted | None:
        """Return our answer if it is the one that stands there.

        One that Google turned down is none: to put it there again brings its reason.
        """
        reply = standing(self._review(target))
        if reply is None or reply.is_rejected or _plain(reply.text) != _plain(text):
            return None
        if reply.posted_at is not None and reply.posted_at < since - SKEW:
            return None
        return self._posted(reply, target)

    def recheck(self, targets: Sequence[Target]) -> Rechecked:
        """Look at each review again, with one call for each.

        Raises:
            Unavailable, Refused: as `poll`, if nothing could be looked at.
        """

        def look(target: Target) -> Post:
            return post_of(self._review(target), _location(target))

        def is_deleted(target: Target) -> bool:
            return self._is_open(_location(target).name)

        return look_again(targets, look, is_deleted)

    def _is_open(self, location: str) -> bool:
        """Tell whether we see the location at all: if not, no review of it is gone."""
        try:
            self._api.get(f"v4/{location}/reviews", {"pageSize": 1})
        except (Gone, Refused):
            return False
        return True

    def _review(self, target: Target) -> Mapping[str, Any]:
        return an_object(self._api.get(f"v4/{_name(target)}"))

    def _posted(self, reply: Standing | None, target: Target) -> Posted:
        if reply is not None and reply.is_rejected:
            raise Refused(rejection(reply, str(target.ref.get("title", ""))))
        return Posted(
            url=target.url,
            posted_at=reply.posted_at if reply else None,
            is_pending=reply is not None and reply.is_pending,
        )


def _name(target: Target) -> str:
    """Return what Google calls the review: "accounts/1/locations/2/reviews/3"."""
    name = target.ref.get("name")
    if not isinstance(name, str) or not name:
        raise Refused("this review came without its name at Google; answer it there")
    return name


def _location(target: Target) -> Location:
    ref = target.ref
    return Location(
        name=_name(target).rpartition("/reviews/")[0],
        title=str(ref.get("title") or ""),
        url=str(ref.get("url") or ""),
        is_verified=ref.get("verified") is not False,
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _s(count: object) -> str:
    return "" if count == 1 else "s"


def _unverified(locations: Sequence[Location]) -> str:
    """Say which locations take no answers."""
    closed = [one.title or one.name for one in locations if not one.is_verified]
    return f"; not verified, so no answers: {', '.join(closed)}" if closed else ""
