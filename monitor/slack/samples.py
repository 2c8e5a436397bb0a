"""Every layout with the worst that may come, so that Slack itself can judge it."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.cards import Card, Note, NoteKind
from monitor.config import Priority
from monitor.models import ReminderKind, Status
from monitor.slack import layout
from monitor.slack.handlers.commands import SHOWN
from monitor.slack.layout import MOST_LISTED, Message
from monitor.slack.layout.rows import rows
from sentiment import Label

WORST = '<!channel> & "acme" 👩\u200d👧 é\n' * 500


def layouts(now: datetime) -> dict[str, Message]:
    """Return every message that can be sent, by its name, filled to the brim."""
    shown = worst_card(now)
    states = {
        f"card, {s.value}": layout.alert(replace(shown, status=s)) for s in Status
    }
    notes = {
        f"reminder, {k.value}": layout.reminder(k, shown, now) for k in ReminderKind
    }
    several = [replace(shown, mention_id=n) for n in range(layout.GROUP_SIZE)]
    url = f"https://a.example/{WORST}"
    return {
        **states,
        **notes,
        "card, claimed": layout.alert(replace(shown, assignee=WORST)),
        "group": layout.group(several),
        "reminders": layout.reminders([(shown, url)] * MOST_LISTED, 10**9, 9, now),
        "reminder in another channel": layout.linked(
            notes[f"reminder, {ReminderKind.ESCALATED.value}"], shown, url
        ),
        "answer to a command": Message(
            "rows",
            rows([replace(shown, mention_id=n) for n in range(SHOWN)], now, name="row"),
        ),
        "notice": layout.notice(WORST),
        **{
            f"thread, {kind.value}": layout.thread(note, WORST)
            for kind, note in worst_notes(shown, now).items()
        },
        "decided draft": layout.decided(WORST, WORST, WORST),
        "thread note": layout.replied(WORST, WORST, WORST, url, now),
    }


def worst_notes(shown: Card, now: datetime) -> dict[NoteKind, Note]:
    """Return a note of each kind, filled to the brim."""
    return {
        kind: Note(
            kind=kind,
            card=shown,
            who=WORST,
            at=now,
            to=[WORST],
            text=WORST,
            url="https://a.example/",
            error=WORST,
            reply_id=2**63 - 1,
        )
        for kind in NoteKind
    }


def worst_card(now: datetime) -> Card:
    return Card(
        mention_id=2**63 - 1,
        brand=WORST,
        channel=None,
        headline=WORST,
        author=WORST,
        text=WORST,
        highlights=[(n, n + 3) for n in range(0, 900, 7)],
        stars="★☆☆☆☆",
        feeling=WORST,
        label=Label.NEGATIVE,
        priority=Priority.URGENT,
        why=[WORST] * 20,
        matched=WORST,
        language=WORST,
        posted_at=now,
        due_at=now + timedelta(hours=4),
        status=Status.OPEN,
        state=WORST,
        url="https://a.example/" + "x" * 1900,
        is_edited=True,
        snoozed_until=now,
    )
