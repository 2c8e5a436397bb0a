"""What the pictures show: a shop's week, in the layouts that Slack really gets."""

from dataclasses import replace
from datetime import timedelta

from connectors import CanReply, Kind, Length
from monitor.cards import Note, NoteKind, card
from monitor.config import Approval, Brand, Priority, SavedReply
from monitor.models import OpenModal, ReminderKind, ReplyRow, Status
from monitor.slack import layout
from monitor.slack.handlers.wrong import caught
from monitor.slack.layout.rows import rows
from monitor.slack.modals import close, hand, reply
from monitor.slack.modals.home import Work, home
from monitor.store import Exchange
from sentiment import Label
from tests.fakes.mentions import NOW, make_mention
from tests.slack.pictures import draw

BRAND = Brand(name="Northwind Coffee", keywords=("northwind",))
WORDS = (
    "Third week in a row that my Northwind order arrives crushed. The machine leaks and "
    "support has not answered in five days. Any other roaster you can recommend?"
)
NAMED = (WORDS.index("Northwind"), WORDS.index("Northwind") + len("Northwind"))
ANSWER = (
    "Sorry, Jo. That is three parcels too many. A new machine leaves today, and I have "
    "written to you with the tracking number. Ann from Northwind"
)
LINK = "https://x.com/northwind/status/1990000000000000001"


def complaint(**values):
    given = {
        "id": 7,
        "brand": BRAND.name,
        "source": "reviews",
        "platform": "x",
        "kind": Kind.POST,
        "url": LINK,
        "author": "jo_brews",
        "author_name": "Jo Miller",
        "followers": 12_400,
        "text": WORDS,
        "hits": [["northwind", *NAMED]],
        "priority": Priority.URGENT,
        "why": ['says "leaks"', "sounds negative (97%)", "12,400 followers"],
        "negative": 0.97,
        "due_at": NOW + timedelta(hours=1),
        "posted_at": NOW - timedelta(minutes=6),
    }
    return make_mention(**(given | values))


def praise(number, text, author, **values):
    given = {
        "id": number,
        "platform": "google_business",
        "kind": Kind.REVIEW,
        "rating": 5.0,
        "author": author,
        "author_name": author,
        "followers": None,
        "text": text,
        "hits": [],
        "sentiment": Label.POSITIVE,
        "negative": 0.01,
        "positive": 0.97,
        "priority": Priority.LOW,
        "why": ["4 or 5 stars"],
        "due_at": NOW + timedelta(days=3),
    }
    return complaint(**(given | values))


def shown(mention):
    return card(mention, BRAND)


def said(message, when=NOW, **more):
    return draw.message(message.text, message.blocks, when, **more)


def note(kind, **values):
    given = {
        "card": shown(complaint()),
        "who": "Bo",
        "at": NOW + timedelta(minutes=14),
    }
    made = Note(kind=kind, **(given | values))
    called = {NoteKind.REPLIED: [], NoteKind.FAILED: ["U0000002"]}
    pings = called.get(kind, ["S0000001"])
    return said(layout.thread(made, "x", pings), made.at, in_thread=True)


def row(**values):
    given = {"id": 1, "mention_id": 7, "text": ANSWER, "author": "Bo"}
    return ReplyRow(**(given | {"created_at": NOW, "due_at": NOW} | values))


def scenes():
    """Return each picture's name and what it shows, as HTML."""
    return cards() | threads() | windows() | lists()


def cards():
    states = {
        "card": complaint(),
        "card-claimed": complaint(
            assignee="Ann", snoozed_until=NOW + timedelta(minutes=30)
        ),
        "card-closed": praise(
            8, "Lovely flat white.", "Sam", status=Status.DISMISSED,
            closed_by="Ann", note="Praise",
        ),
    }  # fmt: skip
    return {name: said(layout.alert(shown(one))) for name, one in states.items()}


def threads():
    answered = complaint(
        status=Status.ANSWERED, answered_by="Ann", assignee="Ann",
        answered_at=NOW + timedelta(minutes=14),
    )  # fmt: skip
    missed = layout.reminder(
        ReminderKind.MISSED, shown(complaint(assignee="Ann")),
        NOW + timedelta(hours=1), ["U0000001"],
    )  # fmt: skip
    late = NOW + timedelta(hours=1)
    asks = {"text": ANSWER, "reply_id": 1, "to": ["leads"]}
    refused = "the post does not allow replies from this account"
    return {
        "card-answered": said(layout.alert(shown(answered)))
        + note(NoteKind.REPLIED, who="Ann", text=ANSWER, url=LINK),
        "reminder": said(layout.alert(shown(complaint(assignee="Ann"))))
        + said(missed, late, in_thread=True),
        "approval": note(NoteKind.APPROVAL, **asks),
        "failed": note(NoteKind.FAILED, text=ANSWER, error=refused),
        "escalated": note(NoteKind.ESCALATED, to=["leads"], text="A journalist asks."),
        "notice": said(
            layout.notice(
                "google_business: the token was revoked; run everyreply check"
            )
        ),
    }


def windows():
    mention = complaint()
    earlier = complaint(
        text="My Northwind parcel came open.", status=Status.ANSWERED,
        posted_at=NOW - timedelta(days=7),
    )  # fmt: skip
    draft = reply.Draft(
        mention=mention, brand=BRAND, meta="{}", text="", length=Length(0, 280),
        history=[Exchange(earlier, [row(author="Ann", text="Sorry! A new one is on its way.")])],
        others=[OpenModal(view_id="V", mention_id=7, user_id="U", name="Bo", opened_at=NOW)],
        saved=[SavedReply(name="Sorry", text="x")], approval=Approval(by="leads"),
    )  # fmt: skip
    store = praise(
        9, "Great app, but it forgets my grind.", "kim", platform="app_store"
    )
    can = CanReply(
        ok=False, reason="X takes replies only where the author named you", url=LINK
    )
    reasons = ("Praise", "Nothing to add", "Spam or abuse", "Handled elsewhere")
    made = {
        "window-reply": reply.write(draft),
        "window-by-hand": reply.by_hand(mention, BRAND, can, "{}"),
        "window-dismiss": close.dismiss(store, BRAND, reasons, "{}"),
        "window-sentiment": close.sentiment(store, BRAND, "{}"),
        "window-not-us": close.wrong(mention, BRAND, caught(mention), "{}"),
        "window-escalate": hand.escalate(mention, BRAND, ["leads", "press"], "leads", "{}"),
        "window-assign": hand.assign(store, BRAND, "U0000001", "{}"),
        "window-send-back": hand.send_back(row(), "{}"),
        "window-track": hand.track(
            [BRAND.name], "https://forum.example/t/4711", "Northwind beans smell burnt", "{}"
        ),
    }  # fmt: skip
    return {name: draw.modal(view) for name, view in made.items()}


def lists():
    group = [
        shown(praise(11, "Best espresso in town.", "Mia")),
        shown(praise(12, "Friendly staff, quick order.", "Lee", rating=4.0)),
        shown(
            praise(13, "Lovely flat white.", "Sam", status=Status.ANSWERED,
                   answered_by="Ann", answered_at=NOW + timedelta(minutes=9))
        ),
    ]  # fmt: skip
    mine = [shown(complaint(assignee="Ann"))]
    overdue = [replace(group[0], due_at=NOW - timedelta(hours=2))]
    page = home(Work(mine=mine, free=group[:1], late=overdue, now=NOW))
    waiting = layout.reminders(
        [(overdue[0], LINK), (shown(complaint()), LINK)],
        12, 1, overdue[0].due_at, ["U0000001"],
    )  # fmt: skip
    head = {
        "type": "section",
        "text": {"type": "plain_text", "text": "12 open, 2 of them overdue"},
    }
    queue = [head, *rows([shown(complaint()), group[0]], NOW, name="row")]
    return {
        "group": said(layout.group(group)),
        "reminders": said(waiting),
        "home": "".join(map(draw.block, page["blocks"])),
        "queue": draw.message("", queue, NOW),
    }
