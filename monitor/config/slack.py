"""The `slack:` section of config.yaml: where alerts go, and who may do what there."""

import re
from collections.abc import Mapping
from datetime import timedelta
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from connectors.durations import Duration
from monitor.config.fields import Language
from monitor.config.section import Priority, Section
from sentiment import Label

_CHANNEL = re.compile(r"#[^\s#@,.]{1,79}|[CG][A-Z0-9]{6,}")
_GROUP = re.compile(r"@[\w.-]{1,79}|S[A-Z0-9]{6,}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PLACEHOLDERS = ("author", "brand", "url", "me")
"""What a saved reply may hold in braces: the post's author, the brand, the post's
address, and the name of whoever answers."""


def _channel(name: str) -> str:
    if not _CHANNEL.fullmatch(name):
        raise ValueError(f'"{name}" is not a channel; write one like "#acme-mentions"')
    return name


def _group(name: str) -> str:
    if not _GROUP.fullmatch(name):
        raise ValueError(
            f'"{name}" is not a user group; write one like "@social-leads"'
        )
    return name


def _email(address: str) -> str:
    if not _EMAIL.fullmatch(address):
        raise ValueError(
            f'"{address}" is not an e-mail address; write ann@acme.example'
        )
    return address.casefold()


def _base(url: str) -> str:
    if not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]", url):
        raise ValueError("the address of Slack's API must begin with https://")
    return url.rstrip("/") + "/"


def _template(text: str) -> str:
    try:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        raise ValueError(
            "a brace stands alone; write {{ or }} for a plain one"
        ) from None
    if unknown := sorted(names - set(PLACEHOLDERS)):
        allowed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"{{{unknown[0]}}} is not known; there are {allowed}")
    return text


Channel = Annotated[str, AfterValidator(_channel)]
GroupHandle = Annotated[str, AfterValidator(_group)]
Email = Annotated[str, AfterValidator(_email)]
Template = Annotated[str, Field(min_length=1), AfterValidator(_template)]
Share = Annotated[float, Field(gt=0, lt=1)]


class Person(Section):
    """Somebody who answers. Slack knows them by their e-mail address."""

    email: Email = Field(description="As in their Slack profile.")
    name: str = Field(default="", description="How cards call them; else Slack's name.")
    junior: bool = Field(
        default=False, description="true: where approvals say so, another looks first."
    )


class Group(Section):
    """Some people under one name."""

    name: str = Field(min_length=1, description="How escalation and approvals call it.")
    handle: GroupHandle | None = Field(
        default=None, description='A Slack user group that is pinged, "@social-leads".'
    )
    members: tuple[Email, ...] = Field(default=(), description="Or: e-mail addresses.")

    @model_validator(mode="after")
    def _is_somebody(self) -> "Group":
        if not self.handle and not self.members:
            raise ValueError("a group needs a handle or members")
        return self


class Escalation(Section):
    """Whom Escalate and a missed deadline call."""

    to: str = Field(
        min_length=1, description="The name of a group, or a person's e-mail address."
    )
    brands: tuple[str, ...] = Field(default=(), description="Left out: all brands.")
    channel: Channel | None = Field(
        default=None,
        description="Where a missed deadline is told too, beside the thread.",
    )


class SavedReply(Section):
    """An answer to start from."""

    name: str = Field(min_length=1, max_length=75, description="As the menu shows it.")
    text: Template = Field(
        description="The answer; {author}, {brand}, {url} and {me} are filled in."
    )
    brands: tuple[str, ...] = Field(default=(), description="Left out: all brands.")
    languages: tuple[Language, ...] = Field(
        default=(), description="For posts in these (en, de); left out: all."
    )


class Approval(Section):
    """When a second person must agree before an answer goes out."""

    brands: tuple[str, ...] = Field(default=(), description="Left out: all brands.")
    priorities: tuple[Priority, ...] = Field(
        default=(), description="For answers to mentions of these priorities."
    )
    juniors: bool = Field(
        default=False, description="true: for every answer of a junior."
    )
    by: str = Field(
        min_length=1, description="Who agrees: a group's name, or an e-mail address."
    )


class Collect(Section):
    """Mentions that are shown together, one message per channel and span of time."""

    feelings: tuple[Label, ...] = Field(
        default=(Label.POSITIVE, Label.NEUTRAL),
        min_length=1,
        description="Which are collected: positive, neutral.",
    )
    every: Duration = Field(default=timedelta(hours=1), description="Default: 1h.")
    brands: tuple[str, ...] = Field(default=(), description="Left out: all brands.")

    @field_validator("every")
    @classmethod
    def _fits_a_day(cls, every: timedelta) -> timedelta:
        if not timedelta(minutes=1) <= every <= timedelta(days=1):
            raise ValueError("must be between 1m and 1d")
        return every


class Reminders(Section):
    """Words in a card's thread as its deadline comes near, and after it."""

    at: Share = Field(
        default=0.75, description="Share of the time after which the first one comes."
    )
    before: Duration = Field(
        default=timedelta(minutes=15), description="The second, this long before it."
    )
    missed: bool = Field(
        default=True, description="Whether a missed deadline is told to the channel."
    )
    escalate_after: Duration | None = Field(
        default=timedelta(hours=1),
        description="This long after a missed deadline, escalation is called.",
    )
    most: int = Field(
        default=4, ge=0, description="At most so many per mention; 0: none."
    )


class SlackSettings(Section):
    """How Everyreply works in Slack."""

    bot_token: SecretStr = Field(description="${SLACK_BOT_TOKEN}; begins with xoxb-.")
    app_token: SecretStr | None = Field(
        default=None,
        description="${SLACK_APP_TOKEN}; begins with xapp-. Without it cards have no "
        "working buttons.",
    )
    api_base: Annotated[str, AfterValidator(_base)] = Field(
        default="https://slack.com/api/", description="For tests and proxies."
    )
    channel: Channel = Field(
        description="For brands that name no channel of their own."
    )
    ops_channel: Channel | None = Field(
        default=None, description="For what the operator must know; default: channel."
    )
    second_ops_channel: Channel | None = Field(
        default=None, description="The same, where ops_channel itself is in trouble."
    )
    may_press: Literal["workspace", "channel", "people"] = Field(
        default="workspace",
        description="Who may press buttons: anybody of the workspace, members of the "
        "card's channel, or the people below.",
    )
    people: tuple[Person, ...] = Field(default=(), description="Who answers.")
    groups: tuple[Group, ...] = Field(default=(), description="People under one name.")
    escalation: tuple[Escalation, ...] = Field(
        default=(), description="Whom to call; the first that fits the brand counts."
    )
    saved_replies: tuple[SavedReply, ...] = Field(
        default=(), description="Answers to start from."
    )
    dismissal_reasons: tuple[
        Annotated[str, Field(min_length=1, max_length=75)], ...
    ] = Field(
        default=("Praise", "Nothing to add", "Spam or abuse", "Handled elsewhere"),
        max_length=10,
        description="What No reply needed offers, beside free text.",
    )
    approvals: tuple[Approval, ...] = Field(
        default=(), description="When a second person must agree."
    )
    group_from: int = Field(
        default=10,
        ge=2,
        description="When this many alerts wait for one channel they come in groups; "
        "urgent ones always alone.",
    )
    collect: Collect | None = Field(
        default=None, description="Left out: every mention comes at once, by itself."
    )
    reminders: Reminders = Field(
        default_factory=Reminders, description="Words as a deadline comes near."
    )

    @property
    def ops(self) -> str:
        """The channel for the operator."""
        return self.ops_channel or self.channel

    @property
    def called(self) -> Mapping[str, Group | Person]:
        """Whom `to` and `by` may name."""
        groups: dict[str, Group | Person] = {group.name: group for group in self.groups}
        return groups | {person.email: person for person in self.people}

    @model_validator(mode="after")
    def _calls_somebody(self) -> "SlackSettings":
        for name in [one.to for one in self.escalation] + [
            a.by for a in self.approvals
        ]:
            if name not in self.called and not _EMAIL.fullmatch(name):
                raise ValueError(f'"{name}" is no group here and no e-mail address')
        return self
