"""Weeks that might have happened, drawn by hypothesis and lived through the store."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from connectors import Kind
from monitor.digest.period import Period
from monitor.models import Status
from monitor.rules.status import may_move
from monitor.store import Change, Move
from sentiment import Label
from tests.fakes.mentions import make_mention
from tests.store.helpers import batch

HOUR = timedelta(hours=1)
ZONES = (
    "UTC",
    "Europe/Amsterdam",
    "America/Los_Angeles",
    "America/Havana",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Asia/Kolkata",
)
MONDAYS = ("2026-03-02", "2026-03-23", "2026-03-30", "2026-04-20", "2026-10-19",
           "2026-10-26", "2026-11-02")  # fmt: skip
"""Weeks in which the clocks of some of these zones change, and the weeks after."""
BEGINNINGS = (
    (Status.OPEN, "needs_reply"),
    (Status.OPEN, "needs_reply"),
    (Status.OPEN, "needs_reply"),
    (Status.ANSWERED, "replied_natively"),
    (Status.NOT_OURS, "own_post"),
    (Status.NOT_OURS, "repost"),
    (Status.NOT_OURS, "other_language"),
    (Status.NOT_OURS, "history"),
)
WEEK = 7 * 1440
EDGES = (-WEEK, -60, -30, -1, 0, 1, 30, 60, WEEK - 60, WEEK - 1, WEEK, WEEK + 60)
"""Minutes around the period's first moment and its end."""
ACTIONS = ("slack", "hand", "native", "praise", "spam", "reopen", "edit", "snooze",
           "correct", "gone", "not_about_us")  # fmt: skip


@dataclass(frozen=True)
class Life:
    """One mention: when it was posted and found (minutes), and what befell it."""

    posted: int
    delay: int
    beginning: tuple
    brand: str
    source: str
    author: str
    language: str | None
    label: Label
    sure: bool
    rating: float | None
    actions: tuple


def lives():
    return st.builds(
        Life,
        posted=st.one_of(
            st.integers(-9 * 1440, 8 * 1440),
            st.sampled_from(EDGES),
        ),
        delay=st.sampled_from((0, 3, 90, 1440, 6 * 1440)),
        beginning=st.sampled_from(BEGINNINGS),
        brand=st.sampled_from(("Acme", "Acme", "Acme", "Rival")),
        source=st.sampled_from(("x-search", "reviews & more")),
        author=st.sampled_from(("ann", "bob")),
        language=st.sampled_from(("en", "de", None)),
        label=st.sampled_from(Label),
        sure=st.booleans(),
        rating=st.sampled_from((None, 1.0, 2.5, 4.0, 5.0)),
        actions=st.lists(
            st.tuples(
                st.sampled_from(ACTIONS),
                st.sampled_from((1, 50, 700, 3000, 9000)),
                st.sampled_from(Label),
                st.sampled_from((1.0, 3.0, 5.0)),
            ),
            max_size=4,
        ).map(tuple),
    )


def live(store, period: Period, drawn):
    """Let the mentions come and people act, in the order of time.

    Returns when the last thing happened.
    """
    things = []
    for number, one in enumerate(drawn):
        posted = period.start + timedelta(minutes=one.posted)
        at = posted + timedelta(minutes=one.delay)
        things.append((at, number, "found", one, posted, None))
        for action, wait, label, rating in one.actions:
            at += timedelta(minutes=wait)
            things.append((at, number, action, one, label, rating))
    ids = {}
    last = period.end
    for at, number, what, one, *more in sorted(things, key=lambda thing: thing[:2]):
        last = max(last, at)
        if what == "found":
            ids[number] = _find(store, number, one, at, more[0])
        else:
            _act(store, ids[number], what, at, more)
    return last


def _find(store, number, one, at, posted):
    status, reason = one.beginning
    if one.brand == "Rival" and reason != "own_post":
        status, reason = Status.NOT_OURS, "watch_only"
    answered = status is Status.ANSWERED
    mention = make_mention(
        post_id=str(number),
        brand=one.brand,
        source=one.source,
        author=one.author,
        language=one.language,
        sentiment=one.label,
        sure=one.sure,
        rating=one.rating,
        kind=Kind.REVIEW,
        posted_at=posted,
        found_at=at,
        status=status,
        reason=reason,
        text=f"words of {number}",
        due_at=at + 24 * HOUR if status is Status.OPEN else None,
        answered_at=posted + (at - posted) / 2 if answered else None,
        answered_by="the brand" if answered else None,
    )
    version = store.sources.checkpoint(one.source, at).version
    store.record(batch(mention, source=one.source, version=version, now=at))
    key = ("fake", str(number), one.brand)
    return store.mentions.known("fake", [str(number)])[key].id


def _act(store, number, what, at, more):
    label, rating = more
    row = store.mentions.get(number)
    if what == "correct":
        store.correct(number, label, "eve", at)
    elif what == "edit":
        _edit(store, row, at, label, rating)
    elif what == "native" and row.status is Status.OPEN:
        _native(store, row, at)
    elif what == "snooze" and row.status is Status.OPEN:
        _change(store, row, at, "snoozed", {"snoozed_until": at + 9 * HOUR}, "open")
    elif what == "gone":
        store.rechecks.gone({(row.platform, row.post_id): "deleted"}, at)
    else:
        _move(store, row, what, at)


def _move(store, row, what, at):
    wanted = {
        "slack": Move(Status.ANSWERED, "eve", "replied"),
        "hand": Move(Status.ANSWERED, "bea", "replied_by_hand"),
        "praise": Move(Status.DISMISSED, "eve", "praise"),
        "spam": Move(Status.DISMISSED, "eve", "spam"),
        "reopen": Move(Status.OPEN, "eve", "needs_reply", due_at=at + 4 * HOUR),
        "not_about_us": Move(Status.NOT_OURS, "eve", "not_about_us"),
    }.get(what)
    if wanted and row.status is not wanted.to and may_move(row.status, wanted.to):
        store.move(row.id, row.status, wanted, at)


def _native(store, row, at):
    told = max(row.found_at, at - timedelta(minutes=20))
    values = {
        "status": Status.ANSWERED, "reason": "replied_natively", "answered_at": told,
        "answered_by": "the brand", "closed_at": at, "closed_by": "everyreply",
    }  # fmt: skip
    _change(store, row, at, "answered", values, "answered")


def _edit(store, row, at, label, rating):
    """An author's edit opens again what was answered."""
    opens = row.status is Status.ANSWERED
    values = {"sentiment": label, "rating": rating, "content_hash": f"{at}"}
    if opens:
        values |= {
            "status": Status.OPEN, "reason": "needs_reply", "answered_at": None,
            "answered_by": None, "closed_at": None, "closed_by": None,
            "due_at": at + 24 * HOUR,
        }  # fmt: skip
    was = {"rating": row.rating, "label": (row.corrected or row.sentiment).value}
    new = "open" if opens else row.status.value
    _change(store, row, at, "edited", values, new, was)


def _change(store, row, at, what, values, new, was=None):
    change = Change(
        row.id, row.rev, values, what, row.status.value, new, "", "everyreply", was
    )
    version = store.sources.checkpoint(row.source, at).version
    store.record(
        batch(source=row.source, version=version, now=at, seen=0, changes=[change])
    )
