"""What can be pressed, by the names that come back when it is."""

from enum import StrEnum

from monitor.slack.layout.message import Block, plain


class Action(StrEnum):
    """`action_id` of every button and menu on a card.

    A button's value is the mention's id (below a draft: the reply's); a menu's is the
    id, "|" and what is meant.
    Both come back from the client: look them up, and check who may.
    """

    REPLY = "card.reply"
    CLAIM = "card.claim"
    RELEASE = "card.release"
    SNOOZE = "card.snooze"
    DISMISS = "card.dismiss"
    REOPEN = "card.reopen"
    OPEN = "card.open"
    MORE = "card.more"
    APPROVE = "reply.approve"
    EDIT = "reply.edit"
    SEND_BACK = "reply.send_back"


MORE = {
    "assign": "Assign to…",
    "sentiment": "Fix sentiment",
    "escalate": "Escalate",
    "wrong": "Not about us",
    "by_hand": "I replied there",
}
"""Menu of an open card: what comes back after the "|", and its words."""
_EVERY = {
    "dismiss": "No reply needed",
    "sentiment": "Fix sentiment",
    "wrong": "Not about us",
    "escalate": "Escalate",
}
IN_GROUP = {"claim": "Claim"} | _EVERY
IN_GROUP_MINE = {"release": "Release"} | _EVERY
"""The same where somebody has claimed it."""
AFTER = {"reopen": "Reopen", "sentiment": "Fix sentiment"}
SNOOZES = {
    "30m": "30 minutes",
    "2h": "2 hours",
    "tomorrow": "Until tomorrow",
    "monday": "Until Monday",
}


def button(
    action: Action, words: str, mention_id: int, *, style: str = "", label: str = ""
) -> Block:
    """Return a button; `label` is what a screen reader says instead of its words."""
    made: Block = {
        "type": "button",
        "action_id": action.value,
        "text": plain(words, 75),
        "value": str(mention_id),
    }
    if style:
        made["style"] = style
    if label:
        made["accessibility_label"] = label[:75]
    return made


def link_button(url: str, mention_id: int) -> Block:
    return button(Action.OPEN, "Open", mention_id) | {"url": url}


def menu(mention_id: int, entries: dict[str, str]) -> Block:
    """Return the three dots with at most five entries."""
    return {
        "type": "overflow",
        "action_id": Action.MORE.value,
        "options": options(mention_id, entries),
    }


def snooze(mention_id: int) -> Block:
    return {
        "type": "static_select",
        "action_id": Action.SNOOZE.value,
        "placeholder": plain("Snooze", 150),
        "options": options(mention_id, SNOOZES),
    }


def options(mention_id: int, entries: dict[str, str]) -> list[Block]:
    return [
        {"text": plain(words, 75), "value": f"{mention_id}|{what}"}
        for what, words in entries.items()
    ]
