"""A Google Play review as our Post.

https://developers.google.com/android-publisher/api-ref/rest/v3/reviews.
Surprises: title and body come in one field with a tab between them, the tab also
where there is no title; the language is the device's, not the text's; there is no
time of writing, only of the last change; the author's name may be missing.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from connectors._google_walk import Entry, digest
from connectors.base import Author, Kind, OwnerReply, Post

PLATFORM = "google_play"
NOBODY = "A Google Play user"
_TAG = re.compile(r"<[^<>]*>")


def entry_of(review: Mapping[str, Any]) -> Entry:
    """Return what tells this review, as it now is, from what it was.

    Raises:
        one of MALFORMED: it is not in the shape that we know.
    """
    said = _user_comment(review)
    reply = developer_reply(review)
    return Entry(
        id=_id(review),
        changed=moment(said["lastModified"]).timestamp(),
        content=digest(
            said.get("originalText") or said.get("text", ""),
            said.get("starRating", ""),
            *((reply.text,) if reply else ()),
        ),
    )


def post_of(
    review: Mapping[str, Any], package: str, first: float | None = None
) -> Post:
    """Return the review as a Post; `first` is its earliest change that we know of.

    Raises:
        one of MALFORMED: it is not in the shape that we know.
    """
    said = _user_comment(review)
    changed = moment(said["lastModified"])
    posted = changed if first is None else min(_at(first), changed)
    name = str(review.get("authorName") or "").strip()
    stars = said.get("starRating")
    return Post(
        platform=PLATFORM,
        id=_id(review),
        url=store_link(package, _id(review)),
        author=Author(handle=name or NOBODY, name=name or None),
        text=text_of(said),
        posted_at=posted,
        kind=Kind.REVIEW,
        lang=str(said.get("reviewerLanguage") or "").replace("_", "-") or None,
        rating=float(stars) if stars in {1, 2, 3, 4, 5} else None,
        edited_at=changed if changed > posted else None,
        owner_reply=developer_reply(review),
        ref={"package": package, "changed": changed.timestamp()},
    )


def text_of(said: Mapping[str, Any]) -> str:
    """Return the reviewer's own words, the title as the first line."""
    text = str(said.get("originalText") or said.get("text") or "")
    title, tab, body = text.partition("\t")
    if not tab:
        return text
    return "\n".join(part for part in (title.strip(), body.strip()) if part)


def developer_reply(review: Mapping[str, Any]) -> OwnerReply | None:
    """Return the developer's newest answer.

    Raises:
        one of MALFORMED: it is not in the shape that we know.
    """
    answers = [
        OwnerReply(
            text=str(one["developerComment"].get("text", "")),
            posted_at=moment(one["developerComment"]["lastModified"]),
        )
        for one in review.get("comments") or ()
        if one.get("developerComment")
    ]
    return max(answers, key=lambda answer: answer.posted_at, default=None)


def moment(told: Mapping[str, Any]) -> datetime:
    """Read {"seconds": "1761300000", "nanos": 1}; seconds are a word, by int64."""
    at = datetime.fromtimestamp(int(told["seconds"]), UTC)
    return at.replace(microsecond=int(told.get("nanos") or 0) // 1000)


def store_link(package: str, review_id: str) -> str:
    asked = urlencode({"id": package, "reviewId": review_id})
    return f"https://play.google.com/store/apps/details?{asked}"


def plain(text: str) -> str:
    """Return a text as Play keeps it, to compare by: no tags, single spaces."""
    return " ".join(_TAG.sub("", text).split())


def _user_comment(review: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the user said last."""
    said = [one["userComment"] for one in review["comments"] if one.get("userComment")]
    last: Mapping[str, Any] = max(said, key=lambda one: moment(one["lastModified"]))
    return last


def _id(review: Mapping[str, Any]) -> str:
    name = review["reviewId"]
    if not isinstance(name, str) or not name:
        raise TypeError("an id is a word")
    return name


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
