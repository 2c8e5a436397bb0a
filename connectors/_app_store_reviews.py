"""What App Store Connect says, as our words."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors._app_store_territories import store_country, store_page
from connectors._entries import UNREADABLE
from connectors._review_walk import Page, moment, with_title
from connectors.base import (
    Author,
    Kind,
    OwnerReply,
    Post,
    Posted,
    SetAside,
    Unavailable,
)
from connectors.http import Answer

PENDING = "PENDING_PUBLISH"
UNEXPECTED = "App Store Connect answered in another shape than it documents"


def read_page(answer: Answer, app: str, own_link: Callable[[Any], str]) -> Page:
    """Read a page of reviews with their responses.

    Raises:
        Unavailable: it is no such page. One review's fault is only set aside.
    """
    told = answer.json()
    try:
        reviews, included = list(told["data"]), responses(told)
        link = told["links"].get("next")
    except UNREADABLE as e:
        raise Unavailable(UNEXPECTED) from e
    posts, unread = [], []
    for number, review in enumerate(reviews, 1):
        try:
            posts.append(to_post(review, app, included))
        except UNREADABLE as e:
            unread.append(_unread(review, app, number, e))
    return Page(posts, own_link(link) if link else None, unread)


def responses(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a document includes of responses, by id."""
    included = told.get("included") or ()
    return {i["id"]: i for i in included if i["type"] == "customerReviewResponses"}


def response_of(
    review: Mapping[str, Any], included: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Return the answer under a review, if it has one; one without words is none."""
    named = (review.get("relationships") or {}).get("response") or {}
    found = included.get(str((named.get("data") or {}).get("id")))
    return found if found and found["attributes"].get("responseBody") else None


def to_post(review: Mapping[str, Any], app: str, included: Mapping[str, Any]) -> Post:
    told = review["attributes"]
    nickname = told.get("reviewerNickname") or "an App Store customer"
    territory = told.get("territory") or ""
    response = response_of(review, included)
    state = response["attributes"].get("state") if response else None
    return Post(
        platform="app_store",
        id=str(review["id"]),
        url=store_page(app, store_country(territory)),
        author=Author(handle=nickname, name=nickname),
        text=with_title(told.get("title"), told.get("body")),
        posted_at=moment(told["createdDate"]),
        kind=Kind.REVIEW,
        rating=float(told["rating"]),
        owner_reply=to_owner_reply(response) if response else None,
        ref={"app": app, "territory": territory, "response": state},
    )


def to_owner_reply(response: Mapping[str, Any]) -> OwnerReply:
    told = response["attributes"]
    return OwnerReply(
        text=told["responseBody"],
        posted_at=moment(told["lastModifiedDate"]),
        id=str(response["id"]),
    )


def to_posted(response: Mapping[str, Any], url: str) -> Posted:
    told = response["attributes"]
    at = told.get("lastModifiedDate")
    return Posted(
        id=str(response["id"]),
        url=url,
        posted_at=moment(at) if at else None,
        is_pending=told.get("state") == PENDING,
    )


def _unread(review: Any, app: str, number: int, error: Exception) -> SetAside:
    name = review.get("id") if isinstance(review, dict) else None
    where = f"app {app}, review {name or f'number {number} of its page'}"
    reason = f"it is not as Apple documents it ({type(error).__name__}); see the docs"
    return SetAside(where, reason)
