"""What a card says of a mention, in words. Pure: rows in, a view out.

Slack and the console draw the same view, so that both say the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from connectors import Kind
from monitor.config import Brand, Priority
from monitor.models import Mention, Status
from monitor.rules.text import harmless, harmless_line
from sentiment import Label

PLATFORM_NAMES = {
    "app_store": "App Store",
    "google_business": "Google",
    "google_play": "Google Play",
    "reddit": "Reddit",
    "rss": "the web",
    "trustpilot": "Trustpilot",
    "x": "X",
}
FEELINGS = {
    Label.NEGATIVE: "negative",
    Label.NEUTRAL: "neutral",
    Label.POSITIVE: "positive",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One mention as people see it. Times are aware; `text` is a stranger's."""

    mention_id: int
    brand: str
    channel: str | None
    headline: str
    author: str
    text: str
    highlights: Sequence[tuple[int, int]]
    stars: str
    feeling: str
    label: Label | None
    priority: Priority
    why: Sequence[str]
    matched: str
    language: str
    posted_at: datetime
    due_at: datetime | None
    status: Status
    state: str
    url: str
    is_edited: bool
    assignee: str | None = None
    snoozed_until: datetime | None = None
    platform: str = ""

    @property
    def sentence(self) -> str:
        """The card in one full sentence, for notifications and screen readers."""
        due = f", reply due {self.due_at:%d %b %H:%M} UTC" if self.due_at else ""
        words = " ".join(self.text.split())
        short = words if len(words) <= 100 else words[:99] + "…"
        said = f": {short}" if short else ""
        return f"{self.priority.capitalize()}: {self.headline} about {self.brand}{due}{said}"


class NoteKind(StrEnum):
    """What a word in a card's thread is about."""

    APPROVAL = "approval"
    REPLIED = "replied"
    FAILED = "failed"
    ASSIGNED = "assigned"
    ESCALATED = "escalated"
    WOKEN = "woken"


@dataclass(frozen=True, slots=True)
class Note:
    """A word in a card's thread. `who` did it, or wrote the reply; `to` is called:
    names of people, or of a group in config.yaml."""

    kind: NoteKind
    card: Card
    who: str
    at: datetime
    to: Sequence[str] = ()
    text: str = ""
    url: str | None = None
    error: str = ""
    reply_id: int | None = None


def card(mention: Mention, brand: Brand | None) -> Card:
    """Return what to show of a mention as it now stands."""
    return Card(
        mention_id=mention.id or 0,
        brand=mention.brand,
        channel=brand.channel if brand else None,
        headline=_headline(mention),
        author=_author(mention),
        text=harmless(mention.text),
        highlights=[(start, end) for _, start, end in mention.hits],
        stars=_stars(mention.rating),
        feeling=_feeling(mention),
        label=_label(mention),
        priority=mention.priority,
        why=mention.why,
        matched=_matched(mention),
        language=harmless_line(mention.language or "unknown language"),
        posted_at=mention.posted_at,
        due_at=mention.due_at if mention.status is Status.OPEN else None,
        status=mention.status,
        state=harmless_line(_state(mention)),
        url=_link(mention.url),
        is_edited=mention.edited_at is not None,
        assignee=harmless_line(mention.assignee) if mention.assignee else None,
        snoozed_until=mention.snoozed_until if mention.status is Status.OPEN else None,
        platform=mention.platform,
    )


def _headline(mention: Mention) -> str:
    place = PLATFORM_NAMES.get(mention.platform, harmless_line(mention.platform))
    what = mention.kind.value
    if mention.kind is Kind.REVIEW and mention.rating is not None:
        what = f"{mention.rating:g}-star review"
    author = harmless_line(mention.author)
    by = f" by {author}" if author else ""
    return f"{what[0].upper()}{what[1:]} on {place}{by}"


def _author(mention: Mention) -> str:
    name = harmless_line(mention.author_name or mention.author) or "somebody"
    if mention.followers is None:
        return name
    return f"{name} · {mention.followers:,} followers"


def _link(url: str) -> str:
    """Return a link to press, or nothing: only the web is safe to open."""
    return harmless_line(url) if re.match(r"https?://", url, re.IGNORECASE) else ""


def _stars(rating: float | None) -> str:
    if rating is None:
        return ""
    full = max(0, min(5, round(rating)))
    return "★" * full + "☆" * (5 - full)


def _feeling(mention: Mention) -> str:
    if mention.corrected is not None:
        return f"{FEELINGS[mention.corrected]} (says {mention.corrected_by})"
    if not mention.sure:
        return "not sure how it feels"
    share = max(mention.negative, mention.neutral, mention.positive)
    return f"{FEELINGS[mention.sentiment]} ({share:.0%} sure)"


def feeling(mention: Mention) -> str:
    """Return the feeling in a word or two: a person's, or the model's if it is sure."""
    label = _label(mention)
    return FEELINGS[label] if label else "not sure"


def _label(mention: Mention) -> Label | None:
    """Return the feeling to show: a person's word, or the model's if it is sure."""
    if mention.corrected is not None:
        return mention.corrected
    return mention.sentiment if mention.sure else None


def _matched(mention: Mention) -> str:
    words = list(dict.fromkeys(harmless_line(str(hit[0])) for hit in mention.hits))
    if not words:
        return f"every post of {mention.source}"
    return ", ".join(f'"{word}"' for word in words[:4])


def _state(mention: Mention) -> str:
    because = mention.note or mention.reason
    words = {
        Status.OPEN: f"claimed by {mention.assignee}" if mention.assignee else "open",
        Status.SENDING: "reply on its way",
        Status.ANSWERED: _answered(mention),
        Status.DISMISSED: f"no reply needed, says {mention.closed_by}: {because}",
        Status.GONE: "gone from the platform",
        Status.NOT_OURS: f"not ours: {because}",
    }
    return words[mention.status]


def _answered(mention: Mention) -> str:
    words = f"answered by {mention.answered_by or 'somebody'}"
    if mention.answered_at is None or mention.answered_at < mention.found_at:
        return words
    return f"{words} in {span(mention.answered_at - mention.found_at)}"


def span(time: timedelta) -> str:
    """Return a length of time as people say it: "14 min", "3 h 5 min", "2 d 4 h"."""
    minutes = int(time.total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = [(days, "d"), (hours, "h"), (minutes % 60, "min")]
    said = [f"{count} {unit}" for count, unit in parts if count][:2]
    return " ".join(said) or "less than a minute"
