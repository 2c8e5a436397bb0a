"""Mentions as they stand in the database, for those who only look at them."""

from datetime import UTC, datetime, timedelta

from connectors import Kind
from monitor.config import Priority
from monitor.models import Mention, Status
from sentiment import Label

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)


def make_mention(**values):
    """Return an open mention, not stored; closed ones get a time and an actor."""
    given = {
        "brand": "Acme",
        "source": "fake",
        "platform": "fake",
        "post_id": "1",
        "kind": Kind.POST,
        "url": "https://fake.example/1",
        "author": "ann",
        "text": "acme is bad",
        "text_hash": "t",
        "content_hash": "c",
        "language": "en",
        "posted_at": NOW - timedelta(hours=1),
        "found_at": NOW,
        "hits": [["acme", 0, 4]],
        "sentiment": Label.NEGATIVE,
        "negative": 0.9,
        "neutral": 0.06,
        "positive": 0.04,
        "sure": True,
        "model": "fake",
        "status": Status.OPEN,
        "reason": "needs_reply",
        "priority": Priority.HIGH,
        "why": ["sounds negative (90%)"],
        "due_at": NOW + timedelta(hours=4),
    }
    if values.get("status", Status.OPEN) not in (Status.OPEN, Status.SENDING):
        given |= {"closed_at": NOW, "closed_by": "everyreply"}
    return Mention(**(given | values))
