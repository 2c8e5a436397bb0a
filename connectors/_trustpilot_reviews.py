"""What Trustpilot says, as our words. Only public fields are named here.

The private side adds who the customer is (e-mail, order number). Nothing of that is
taken over: what is not named here stays behind.
"""

from collections.abc import Mapping
from typing import Any

from connectors._entries import UNREADABLE
from connectors._review_walk import Page, moment, with_title
from connectors.base import Author, Kind, OwnerReply, Post, SetAside, Unavailable
from connectors.http import Answer

SITE = "https://www.trustpilot.com"
UNEXPECTED = "Trustpilot answered in another shape than it documents"
CLOSED = {"reported", "flagged", "hidden", "archived", "removed"}  # from memory


def read_page(answer: Answer, number: int) -> Page:
    """Read a page of reviews; an empty one is beyond the last.

    Raises:
        Unavailable: it is no such page. One review's fault is only set aside.
    """
    told = answer.json()
    try:
        reviews = list(told["reviews"])
    except UNREADABLE as e:
        raise Unavailable(UNEXPECTED) from e
    posts, unread = [], []
    for place, review in enumerate(reviews, 1):
        try:
            posts.append(to_post(review))
        except UNREADABLE as e:
            unread.append(_unread(review, number, place, e))
    return Page(posts, number + 1 if reviews else None, unread)


def to_post(review: Mapping[str, Any]) -> Post:
    id_ = str(review["id"])
    consumer = review.get("consumer") or {}
    name = consumer.get("displayName") or "a Trustpilot user"
    written, updated = moment(review["createdAt"]), review.get("updatedAt")
    edited = moment(updated) if updated else None
    user = consumer.get("id")
    return Post(
        platform="trustpilot",
        id=id_,
        url=f"{SITE}/reviews/{id_}",
        author=Author(
            handle=name,
            id=str(user) if user else None,
            name=name,
            url=f"{SITE}/users/{user}" if user else None,
        ),
        text=with_title(review.get("title"), review.get("text")),
        posted_at=written,
        kind=Kind.REVIEW,
        lang=review.get("language") or None,
        rating=float(review["stars"]),
        edited_at=edited if edited and edited > written else None,
        owner_reply=to_owner_reply(review),
        ref={"closed": is_closed(review)},
    )


def to_owner_reply(review: Mapping[str, Any]) -> OwnerReply | None:
    told = review.get("companyReply")
    if not told or not told.get("text"):
        return None
    return OwnerReply(
        text=told["text"],
        posted_at=moment(told.get("updatedAt") or told["createdAt"]),
        author=told.get("authorBusinessUserName") or None,
    )


def is_closed(review: Mapping[str, Any]) -> bool:
    """Tell whether a review is reported, so that it takes no reply for now."""
    status = str(review.get("status") or "").lower()
    return status in CLOSED or bool(review.get("reportData"))


def _unread(review: Any, page: int, place: int, error: Exception) -> SetAside:
    name = review.get("id") if isinstance(review, dict) else None
    where = f"review {name or f'{place} of page {page}'}"
    reason = f"it is not as Trustpilot documents it ({type(error).__name__})"
    return SetAside(where, reason)
