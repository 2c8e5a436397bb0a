"""Who may press, and who may decide on somebody's reply. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.config import Approval, Group, Person, Priority, SlackSettings


@dataclass(frozen=True, slots=True)
class Presser:
    """Whoever pressed, as far as it decides what they may.

    `email` is "" where Slack does not tell; `in_channel` is None where nobody asked.
    """

    email: str
    is_ours: bool
    is_bot: bool = False
    in_channel: bool | None = None


def hindrance(
    policy: Literal["workspace", "channel", "people"],
    people: Sequence[Person],
    who: Presser,
) -> str:
    """Return why somebody may not press, in words for them; "": they may."""
    if who.is_bot or not who.is_ours:
        return "only people of this workspace can do that"
    if policy == "people" and who.email not in {person.email for person in people}:
        return "you are not on the list of those who answer; ask to be added under slack.people in config.yaml"
    if policy == "channel" and not who.in_channel:
        return "only members of the card's channel can do that; join it first"
    return ""


def approval(
    approvals: Sequence[Approval], brand: str, priority: Priority, *, junior: bool
) -> Approval | None:
    """Return the first rule by which this answer needs a second person."""
    return next((a for a in approvals if _asks(a, brand, priority, junior)), None)


def decides(
    approvals: Sequence[Approval], brand: str, priority: Priority
) -> Approval | None:
    """Return the rule that says who decides on an answer that awaits approval.

    None: config.yaml changed meanwhile, and any second person may.
    """
    plain = approval(approvals, brand, priority, junior=False)
    return plain or approval(approvals, brand, priority, junior=True)


def _asks(rule: Approval, brand: str, priority: Priority, junior: bool) -> bool:
    if rule.brands and brand not in rule.brands:
        return False
    if not rule.priorities and not rule.juniors:
        return True
    return priority in rule.priorities or (rule.juniors and junior)


def emails(settings: SlackSettings, name: str) -> Collection[str]:
    """Return the e-mail addresses behind a group's name, or a person's own.

    Those of a Slack user group are Slack's to tell.
    """
    called = settings.called.get(name)
    if isinstance(called, Group):
        return called.members
    return (called.email,) if called else (name.casefold(),)


def handle(settings: SlackSettings, name: str) -> str | None:
    """Return the Slack user group that a name stands for, if it has one."""
    called = settings.called.get(name)
    return called.handle if isinstance(called, Group) else None
