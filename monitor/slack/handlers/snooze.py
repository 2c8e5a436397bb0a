"""Snooze: put aside for a while, never silently past the deadline."""

from monitor.rules.snooze import until
from monitor.rules.work import PastDeadline, snoozed
from monitor.slack.desk import Desk
from monitor.slack.inputs import Press
from monitor.slack.layout.message import moment
from monitor.slack.people import Who


def snooze(desk: Desk, press: Press, who: Who) -> str:
    """Put it aside, and say until when; or say that the deadline comes first."""
    brand = desk.config.brand(desk.mention(press.number).brand)
    end = until(press.choice, desk.now(), brand)
    try:
        mention = desk.step(press.number, snoozed(end, who.name))
    except PastDeadline as e:
        return (
            f"Not snoozed: the reply is due {moment(e.due_at)}, before that. "
            "Snooze it for less, or answer it."
        )
    due = f"; the reply is due {moment(mention.due_at)}" if mention.due_at else ""
    return f"Snoozed until {moment(end)}{due}."
