"""What happens when somebody presses, submits or types: one file per noun.

`OPENS` lists what opens a modal and who fills it, `DOES` what is done at once, `FORMS`
what a submitted modal does. What is not listed does nothing: so nothing that people
write in a thread is ever published.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from monitor.slack.desk import Desk
from monitor.slack.handlers import (
    approvals,
    assign,
    claim,
    dismiss,
    escalate,
    reopen,
    reply,
    sentiment,
    shortcut,
    snooze,
    wrong,
)
from monitor.slack.handlers.base import Done
from monitor.slack.inputs import Form, Press
from monitor.slack.layout import Block
from monitor.slack.modals import close, hand
from monitor.slack.modals import reply as reply_modals
from monitor.slack.people import Who

Fill: TypeAlias = Callable[[Desk, Press, Who, str], Block]
Do: TypeAlias = Callable[[Desk, Press, Who], str]
Submit: TypeAlias = Callable[[Desk, Form, Who], Done]

OPENS: Mapping[str, tuple[str, Fill]] = {
    "reply": ("Reply", reply.fill),
    "by_hand": ("I replied there", reply.by_hand),
    "dismiss": ("No reply needed", dismiss.fill),
    "wrong": ("Not about us", wrong.fill),
    "sentiment": ("Fix sentiment", sentiment.fill),
    "assign": ("Assign", assign.fill),
    "escalate": ("Escalate", escalate.fill),
    "edit": ("Edit and approve", approvals.fill_edit),
    "send_back": ("Send back", approvals.fill_send_back),
}
DOES: Mapping[str, Do] = {
    "claim": claim.claim,
    "release": claim.release,
    "snooze": snooze.snooze,
    "reopen": reopen.reopen,
    "approve": approvals.approve,
}
FORMS: Mapping[str, Submit] = {
    reply_modals.SUBMIT: reply.submit,
    reply_modals.BY_HAND: reply.submit_by_hand,
    close.DISMISS: dismiss.submit,
    close.WRONG: wrong.submit,
    close.SENTIMENT: sentiment.submit,
    hand.ASSIGN: assign.submit,
    hand.ESCALATE: escalate.submit,
    hand.EDIT: approvals.submit_edit,
    hand.SEND_BACK: approvals.submit_send_back,
    hand.TRACK: shortcut.submit,
}
ABOUT_REPLIES = frozenset({"approve", "edit", "send_back"})
"""Presses whose number is a reply's, not a mention's."""
