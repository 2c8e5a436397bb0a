"""Kinds of mentions: the conditions behind the digest's numbers, each said once.

`docs/metrics.md` says them in words.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from monitor.models import SYSTEM, Event, Mention, Reason, Status

BACK_WITHIN = timedelta(days=180)
"""How long after an answer an author who writes again has come back."""

SPOKEN = (Reason.WATCH_ONLY, Reason.OTHER_LANGUAGE, Reason.HISTORY)
"""Of what we owe no answer, the reasons that are people's voice all the same."""

UNSPOKEN = (
    Reason.OWN_POST, Reason.REPOST, Reason.EXCLUDED, Reason.BLOCKED_AUTHOR,
    Reason.SPAM_COPY, Reason.SPAM, Reason.NOT_ABOUT_US,
)  # fmt: skip
"""Reasons that what is gone was nobody's voice while it stood."""

VOICE: ColumnElement[bool] = and_(
    or_(
        col(Mention.status) != Status.NOT_OURS,
        col(Mention.reason).in_([one.value for one in SPOKEN]),
    ),
    or_(
        col(Mention.status) != Status.DISMISSED,
        col(Mention.reason) != Reason.SPAM.value,
    ),
    or_(
        col(Mention.status) != Status.GONE,
        col(Mention.reason).not_in([one.value for one in UNSPOKEN]),
    ),
)
"""What people said of the brand."""

FEELING: ColumnElement[str] = case(
    (
        col(Mention.corrected).is_not(None),
        type_coerce(col(Mention.corrected), String),
    ),
    (col(Mention.sure).is_(True), type_coerce(col(Mention.sentiment), String)),
    else_="not_sure",
)
"""positive, neutral, negative or not_sure; a person's word wins."""

MOODS = ("positive", "neutral", "negative", "not_sure")
STARS = cast(func.floor(col(Mention.rating) + 0.5), Integer)
"""Stars rounded half up."""
LANGUAGE = func.coalesce(col(Mention.language), "?")
ANSWERABLE: ColumnElement[bool] = col(Mention.status) != Status.NOT_OURS
WAITING: ColumnElement[bool] = col(Mention.status).in_((Status.OPEN, Status.SENDING))
OVERRULED: ColumnElement[bool] = and_(
    col(Mention.corrected).is_not(None),
    col(Mention.corrected).is_distinct_from(col(Mention.sentiment)),
)
OF_BRAND: ColumnElement[bool] = or_(
    col(Mention.status).not_in((Status.NOT_OURS, Status.GONE)),
    col(Mention.reason) != Reason.OWN_POST.value,
)
"""All but own posts: what is alike for brands that are answered and watched."""
SEEN_BY_PERSON: ColumnElement[bool] = or_(
    col(Mention.corrected).is_not(None),
    and_(
        col(Mention.closed_by).is_not(None),
        col(Mention.closed_by) != SYSTEM,
        col(Mention.status).in_((Status.ANSWERED, Status.DISMISSED)),
    ),
)
"""Handled or labelled by a person."""


KINDS: Mapping[str, ColumnElement[bool]] = {
    "volume": VOICE,
    **{mood: and_(VOICE, FEELING.in_([mood])) for mood in MOODS},
    "judged": and_(VOICE, FEELING.not_in(["not_sure"])),
    "rated": and_(VOICE, col(Mention.rating).is_not(None)),
    "left_out": not_(VOICE),
    "voice": OF_BRAND,
    "corrected": and_(VOICE, OVERRULED),
    "seen_by_person": and_(VOICE, SEEN_BY_PERSON),
}
"""Kinds of a period's mentions that a condition tells; the others need their events."""


def in_time(brand: str, start: datetime, end: datetime) -> tuple[Any, ...]:
    """Posted about a brand from `start` to before `end`."""
    return (
        col(Mention.brand) == brand,
        col(Mention.posted_at) >= start,
        col(Mention.posted_at) < end,
    )


def edited_after_answer() -> Any:
    """SQL for when a mention was last answered before an `Event` of it; NULL: never."""
    answer = aliased(Event)
    return (
        select(func.max(col(answer.at)))
        .where(
            col(answer.mention_id) == col(Event.mention_id),
            col(answer.id) < col(Event.id),
            col(answer.new) == Status.ANSWERED.value,
            func.coalesce(col(answer.old), "") != Status.ANSWERED.value,
        )
        .correlate(Event)
        .scalar_subquery()
    )


def latest_answered(since: datetime) -> Any:
    """SQL for the author's latest mention answered before a `Mention` was posted."""
    earlier = aliased(Mention)
    return (
        select(col(earlier.id))
        .where(
            col(earlier.platform) == col(Mention.platform),
            col(earlier.author) == col(Mention.author),
            col(earlier.brand) == col(Mention.brand),
            col(earlier.id) != col(Mention.id),
            col(earlier.answered_at) >= since,
            col(earlier.answered_at) < col(Mention.posted_at),
        )
        .order_by(col(earlier.answered_at).desc())
        .limit(1)
        .correlate(Mention)
        .scalar_subquery()
    )
