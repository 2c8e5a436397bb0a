"""What people do with an open mention: claim, release, assign, snooze, escalate. Pure.

Each rule reads the mention as it now is and returns the step to take, or declines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from monitor.config import Priority
from monitor.models import SYSTEM, Mention, Status
from monitor.rules.declined import Declined
from monitor.rules.text import harmless_line


@dataclass(frozen=True, slots=True)
class Step:
    """New values for a mention, told by one event; `note` is owed to its thread."""

    values: Mapping[str, Any]
    what: str
    actor: str
    reason: str
    note: Mapping[str, Any] = field(default_factory=dict)


Rule: TypeAlias = Callable[[Mention], Step]


class Taken(Declined):
    """Somebody else has the mention already; `mention.assignee` says who."""

    def __init__(self, mention: Mention) -> None:
        super().__init__(f"{mention.assignee} has it already")
        self.mention = mention


class NotOpen(Declined):
    """The mention is closed, or a reply to it is on its way."""

    def __init__(self, mention: Mention) -> None:
        who = mention.answered_by or mention.closed_by
        words = {
            Status.SENDING: "a reply to it is on its way",
            Status.ANSWERED: f"{who} has answered it already",
            Status.DISMISSED: f"{who} has closed it already: no reply needed",
            Status.GONE: "it is gone from the platform",
            Status.NOT_OURS: f"{who} has put it away already: not about us",
        }
        super().__init__(words.get(mention.status, "it is open"))
        self.mention = mention


class PastDeadline(Declined):
    """Nobody sleeps through a deadline without knowing it."""

    def __init__(self, due_at: datetime) -> None:
        super().__init__(
            f"the reply is due {due_at:%d %b %H:%M} UTC, before that; "
            "snooze it for less, or answer it"
        )
        self.due_at = due_at


def claimed(who: str) -> Rule:
    """Take a mention that nobody has. Who has it already may press again."""

    def rule(mention: Mention) -> Step:
        _check_open(mention)
        if mention.assignee not in (None, who):
            raise Taken(mention)
        return Step({"assignee": who}, "claimed", who, f"claimed by {who}")

    return rule


def released(who: str) -> Rule:
    """Give a mention back. Only its owner may; others assign it to somebody."""

    def rule(mention: Mention) -> Step:
        _check_open(mention)
        if mention.assignee is None:
            raise Declined("nobody has it; it is free already")
        if mention.assignee != who:
            raise Declined(
                f"{mention.assignee} has it, and only they can release it; "
                "Assign gives it to somebody else"
            )
        return Step({"assignee": None}, "released", who, f"released by {who}")

    return rule


def assigned(to: str, actor: str) -> Rule:
    """Give a mention to somebody, whoever has it now."""

    def rule(mention: Mention) -> Step:
        _check_open(mention)
        reason = f"assigned to {to} by {actor}"
        note = {} if to == actor else {"what": "assigned", "to": to, "by": actor}
        return Step({"assignee": to}, "assigned", actor, reason, note)

    return rule


def snoozed(until: datetime, actor: str) -> Rule:
    """Put a mention aside until then, which must be before its deadline."""

    def rule(mention: Mention) -> Step:
        _check_open(mention)
        if mention.due_at is not None and until >= mention.due_at:
            raise PastDeadline(mention.due_at)
        reason = f"snoozed until {until:%Y-%m-%d %H:%M} UTC by {actor}"
        return Step({"snoozed_until": until}, "snoozed", actor, reason)

    return rule


def woken(now: datetime) -> Rule:
    """End a snooze whose time has come."""

    def rule(mention: Mention) -> Step:
        _check_open(mention)
        if mention.snoozed_until is None or mention.snoozed_until > now:
            raise Declined("it sleeps on")
        note = {"what": "woken", "to": mention.assignee or ""}
        return Step(
            {"snoozed_until": None}, "woken", SYSTEM, "the snooze is over", note
        )

    return rule


def escalated(to: str, actor: str, words: str = "") -> Rule:
    """Call somebody, and put the mention at the top. Its deadline stays."""

    def rule(mention: Mention) -> Step:
        _check_open(mention)
        said = harmless_line(words)
        reason = f"escalated to {to} by {actor}" + (f": {said}" if said else "")
        why = [
            f"escalated by {actor}",
            *(w for w in mention.why if "escalated" not in w),
        ]
        return Step(
            {"priority": Priority.URGENT, "why": why, "snoozed_until": None},
            "escalated",
            actor,
            reason,
            {"what": "escalated", "to": to, "by": actor, "words": said},
        )

    return rule


def _check_open(mention: Mention) -> None:
    if mention.status is not Status.OPEN:
        raise NotOpen(mention)
