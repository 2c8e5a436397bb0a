"""A Google review as our Post.

https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews.
Surprises: stars come as words; the text may be missing (only stars); Google puts its
own translation into the text; a reply may wait for Google's approval or be turned
down, and stands in the review all the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors._google_look import MALFORMED
from connectors._google_walk import Entry, digest
from connectors.base import Author, Kind, OwnerReply, Post, SetAside

PLATFORM = "google_business"
STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
BY_HAND = "https://business.google.com/reviews"
NOBODY = "A Google user"

# Two layouts: the translation before the reviewer's own words, or after them.
_ORIGINAL = re.compile(
    r"\A\s*\(Translated by Google\).*?\n\s*\(Original\)[ \t]*\n?(?P<own>.*)\Z",
    re.DOTALL,
)
_BEFORE = re.compile(
    r"\A(?P<own>.*\S)\s*\n\s*\n\(Translated by Google\)[ \t]*\n?.*\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """One of the business's places. `name` is "accounts/1/locations/2"."""

    name: str
    title: str = ""
    url: str = ""
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """The owner's answer under a review. `state` is "PENDING", "REJECTED", ..."""

    text: str
    posted_at: datetime | None
    state: str
    violation: str

    @property
    def is_rejected(self) -> bool:
        return self.state == "REJECTED"

    @property
    def is_pending(self) -> bool:
        return self.state == "PENDING"


def read_reviews(
    told: Mapping[str, Any], location: Location
) -> tuple[list[tuple[Entry, Mapping[str, Any]]], list[SetAside]]:
    """Return the reviews of one page, and what could not be read."""
    good: list[tuple[Entry, Mapping[str, Any]]] = []
    bad: list[SetAside] = []
    reviews = told.get("reviews")
    for number, review in enumerate(reviews if isinstance(reviews, list) else ()):
        try:
            post_of(review, location)  # all that is needed is there
            good.append((entry_of(review, location), review))
        except MALFORMED as e:
            where = f"{location.name}, review {number + 1} of a page"
            bad.append(
                SetAside(where, f"not in the shape we know ({type(e).__name__})")
            )
    return good, bad


def entry_of(review: Mapping[str, Any], location: Location) -> Entry:
    """Return what tells this review, as it now is, from what it was.

    Raises:
        KeyError, TypeError, ValueError: it is not in the shape that we know.
    """
    reply = standing(review)
    created = moment(review["createTime"])
    changed = moment(review.get("updateTime") or review["createTime"])
    return Entry(
        id=_word(review["reviewId"]),
        changed=max(created, changed).timestamp(),
        content=digest(
            review.get("comment", ""),
            review.get("starRating", ""),
            *((reply.text, reply.state) if reply else ()),
            *(() if location.is_verified else ("unverified",)),
        ),
    )


def post_of(review: Mapping[str, Any], location: Location) -> Post:
    """Return the review as a Post.

    Raises:
        KeyError, TypeError, ValueError: it is not in the shape that we know.
    """
    link = review.get("reviewReplyUrl")
    url = link if isinstance(link, str) and link else location.url or BY_HAND
    return Post(
        platform=PLATFORM,
        id=_word(review["reviewId"]),
        url=url,
        author=_author(review.get("reviewer") or {}),
        text=own_words(review.get("comment") or ""),
        posted_at=moment(review["createTime"]),
        kind=Kind.REVIEW,
        rating=STARS.get(review.get("starRating", "")),
        edited_at=_edited_at(review),
        owner_reply=_owner_reply(review, location),
        ref={
            "name": f"{location.name}/reviews/{review['reviewId']}",
            "title": location.title,
            "url": location.url,
            "verified": location.is_verified,
        },
    )


def standing(review: Mapping[str, Any]) -> Standing | None:
    """Return the owner's answer, whatever Google decided about it."""
    reply = review.get("reviewReply")
    if not isinstance(reply, dict) or not reply.get("comment"):
        return None
    return Standing(
        text=str(reply["comment"]),
        posted_at=_maybe_moment(reply.get("updateTime")),
        state=str(reply.get("reviewReplyState") or ""),
        violation=_violation(reply.get("policyViolation")),
    )


def own_words(text: str) -> str:
    """Return the reviewer's own words, without what Google translated."""
    for pattern in (_ORIGINAL, _BEFORE):
        if (match := pattern.match(text)) and match["own"].strip():
            return match["own"].strip()
    return text


def moment(text: str) -> datetime:
    """Read RFC 3339 with up to nine digits of a second.

    Raises:
        ValueError: it is no such time.
    """
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _maybe_moment(value: object) -> datetime | None:
    try:
        return moment(value) if isinstance(value, str) else None
    except ValueError:
        return None


def rejection(reply: Standing, title: str) -> str:
    """Say why Google does not show an answer, for a person who has to act."""
    where = f" at {title}" if title else ""
    why = f" ({reply.violation.replace('_', ' ').lower()})" if reply.violation else ""
    return f"Google turned down the answer to a review{where}{why}; word it anew"


def owner_reply_of(reply: Standing, at: datetime, title: str) -> OwnerReply:
    return OwnerReply(
        text=reply.text, posted_at=reply.posted_at or at, author=title or None
    )


def _owner_reply(review: Mapping[str, Any], location: Location) -> OwnerReply | None:
    """A rejected answer is shown to nobody: the review still waits for one."""
    reply = standing(review)
    if reply is None or reply.is_rejected:
        return None
    at = moment(review.get("updateTime") or review["createTime"])
    return owner_reply_of(reply, at, location.title)


def _edited_at(review: Mapping[str, Any]) -> datetime | None:
    """Return when the reviewer changed it; an owner's answer is no such change."""
    changed = moment(review.get("updateTime") or review["createTime"])
    reply = standing(review)
    if changed <= moment(review["createTime"]):
        return None
    return None if reply and reply.posted_at == changed else changed


def _author(reviewer: Mapping[str, Any]) -> Author:
    name = str(reviewer.get("displayName") or "")
    if reviewer.get("isAnonymous"):
        name = ""
    return Author(handle=name or NOBODY, name=name or None)


def _violation(told: object) -> str:
    if isinstance(told, dict):
        told = next((value for value in told.values() if isinstance(value, str)), "")
    return told if isinstance(told, str) else ""


def _word(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("an id is a word")
    return value
