"""Claim and Release: of two people who press at once one wins, the other hears who."""

from monitor.rules.work import Taken, claimed, released
from monitor.slack.desk import Desk
from monitor.slack.inputs import Press
from monitor.slack.layout.message import escape, moment
from monitor.slack.people import Who

TAKEN = ("claimed", "assigned")


def claim(desk: Desk, press: Press, who: Who) -> str:
    try:
        desk.step(press.number, claimed(who.name))
    except Taken as e:
        return f"{escape(e.mention.assignee or 'Somebody')} has it{_since(desk, press.number)}."
    return ""


def release(desk: Desk, press: Press, who: Who) -> str:
    desk.step(press.number, released(who.name))
    return ""


def _since(desk: Desk, mention_id: int) -> str:
    events = [e for e in desk.store.mentions.events(mention_id) if e.what in TAKEN]
    return f" since {moment(events[-1].at)}" if events else ""
