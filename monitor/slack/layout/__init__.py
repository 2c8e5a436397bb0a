"""Views as Block Kit: plain dicts, no network. A stranger's words only in rich text."""

from monitor.slack.layout.actions import Action
from monitor.slack.layout.alert import alert
from monitor.slack.layout.group import GROUP_SIZE, group
from monitor.slack.layout.message import Block, Message
from monitor.slack.layout.notes import notice, reminder, replied
from monitor.slack.layout.reminders import MOST_LISTED, linked, reminders
from monitor.slack.layout.thread import decided, thread

__all__ = [
    "GROUP_SIZE",
    "MOST_LISTED",
    "Action",
    "Block",
    "Message",
    "alert",
    "decided",
    "group",
    "linked",
    "notice",
    "reminder",
    "reminders",
    "replied",
    "thread",
]
