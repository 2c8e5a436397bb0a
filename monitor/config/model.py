"""config.yaml as frozen types. What a key means stands in its description."""

from collections.abc import Mapping
from datetime import time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from connectors import Source
from connectors.durations import Duration
from monitor.config.fields import (
    Clock,
    DatabaseUrl,
    Handle,
    Holiday,
    Language,
    Platform,
    Word,
    Zone,
)
from monitor.config.section import Priority, Section
from monitor.config.slack import SlackSettings
from sentiment.settings import SentimentSettings

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(Section):
    """When the team works. Deadlines count these hours only."""

    days: tuple[Weekday, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri"),
        min_length=1,
        description="Days of the week: mon, tue, wed, thu, fri, sat, sun.",
    )
    opens: Clock = Field(default=time(9), description="Local time, 09:00.")
    closes: Clock = Field(
        default=time(17), description="Local time, 17:00.", validate_default=True
    )
    holidays: tuple[Holiday, ...] = Field(
        default=(), description="Days off, as 2026-12-25."
    )

    @field_validator("closes")
    @classmethod
    def _after_opening(cls, closes: time, info: ValidationInfo) -> time:
        if "opens" in info.data and closes <= info.data["opens"]:
            raise ValueError("must be later than opens, on the same day")
        return closes


class Brand(Section):
    """One brand to watch: ours, or a competitor's with `reply: false`."""

    name: str = Field(min_length=1, description="As cards and reports call it.")
    keywords: tuple[Word, ...] = Field(
        default=(),
        description="Words, phrases, #hashtags, @handles, domains (acme.com). "
        "Whole words, blind to case and accents; * at the end for any ending.",
    )
    query: str | None = Field(
        default=None,
        description='Boolean alternative: "acme" AND (phone OR app) NOT jobs.',
    )
    exclude: tuple[Word, ...] = Field(
        default=(), description="Words that make a match not ours."
    )
    plurals: bool = Field(
        default=True, description="Whether keyword Acme also matches Acmes and Acme's."
    )
    handles: Mapping[Platform, tuple[Handle, ...]] = Field(
        default_factory=dict,
        description="Our own accounts per platform. Their posts are not work; on X and "
        "Reddit whoever calls them (@acme, u/acme) names the brand.",
    )
    languages: tuple[Language, ...] = Field(
        default=(), description="Answer only these (en, de); empty: all."
    )
    reply: bool = Field(
        default=True, description="false: count only (a competitor), never alert."
    )
    channel: str | None = Field(default=None, description="Slack channel, #acme.")
    urgent: tuple[Word, ...] = Field(
        default=(), description="Words that make a mention urgent, beside the defaults."
    )
    time_zone: Zone = Field(
        default="UTC", description="Where the team works, as Europe/Amsterdam."
    )
    hours: Hours | None = Field(
        default=None, description="Business hours; left out: around the clock."
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Deadlines(Section):
    """How long until a first answer is due, by priority."""

    urgent: Duration = Field(default=timedelta(hours=1), description="Default: 1h.")
    high: Duration = Field(
        default=timedelta(hours=4), description="Default: 4h.", validate_default=True
    )
    normal: Duration = Field(
        default=timedelta(hours=24), description="Default: 24h.", validate_default=True
    )
    low: Duration = Field(
        default=timedelta(days=3), description="Default: 3d.", validate_default=True
    )

    @field_validator("high", "normal", "low")
    @classmethod
    def _not_before_the_more_pressing(
        cls, span: timedelta, info: ValidationInfo
    ) -> timedelta:
        sooner = {str(after): str(before) for before, after in pairwise(Priority)}
        before = sooner[info.field_name or ""]
        if before in info.data and span < info.data[before]:
            raise ValueError(f"must not be shorter than {before}")
        return span


class Priorities(Section):
    """What raises a priority."""

    urgent: tuple[Word, ...] = Field(
        default=(
            "lawsuit", "lawyer", "sue", "injured", "hospital", "fire hazard", "fraud",
            "scam", "data breach", "hacked", "discrimination", "press inquiry",
        ),
        description="Words that make a mention of any brand urgent.",
    )  # fmt: skip
    reach: int = Field(
        default=10_000, ge=1, description="Followers from which reach counts."
    )
    repeat_within: Duration = Field(
        default=timedelta(days=30),
        description="An author who wrote before within this time counts as repeat.",
    )


class Spam(Section):
    """What is put away as spam without a person."""

    blocked_authors: Mapping[Platform, tuple[Handle, ...]] = Field(
        default_factory=dict, description="Handles per platform whose posts are closed."
    )
    copies: int = Field(
        default=3, ge=0,
        description="The same text with a link, posted this often within a day, is "
        "spam from this copy on; 0: never.",
    )  # fmt: skip


class Retention(Section):
    """How long strangers' words are kept. Counts stay."""

    text: Duration = Field(
        default=timedelta(days=365),
        description="Text and author of closed mentions are erased after this.",
    )
    unmatched: Duration = Field(
        default=timedelta(days=14),
        description="Posts that named no brand are kept this long, so that an edited "
        "keyword can be tried against them.",
    )


class Database(Section):
    """Where mentions are kept."""

    url: DatabaseUrl = Field(
        default="sqlite:///everyreply.db",
        description="sqlite:///file.db or postgresql://user@host/name; ${NAME} allowed.",
        repr=False,
    )


class Email(Section):
    """The digest by e-mail, through your own SMTP server."""

    host: str = Field(min_length=1, description="SMTP server, mail.example.com.")
    port: int = Field(default=587, ge=1, le=65535, description="Default: 587.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="tls: from the first byte, usually port 465."
    )
    user: str | None = Field(default=None, description="Left out: no login.")
    password: SecretStr | None = Field(
        default=None, description="Written as ${NAME}; goes with user."
    )
    sender: str = Field(min_length=3, description="From whom, digest@example.com.")
    to: tuple[str, ...] = Field(min_length=1, description="Who gets it.")
    timeout: Duration = Field(
        default=timedelta(seconds=30), description="For each answer of the server."
    )


class Digest(Section):
    """The weekly digest: one per brand that is answered, about the last ISO week."""

    day: Weekday = Field(default="mon", description="On which day it is sent.")
    at: Clock = Field(
        default=time(8), description="At what time of the brand's zone, 08:00."
    )
    send: bool = Field(
        default=True, description="false: only on demand, with everyreply digest."
    )
    channel: str | None = Field(
        default=None, description="Slack channel; left out: the brand's own."
    )
    per_person: bool = Field(
        default=False, description="Whether answers are counted per person, by name."
    )
    out: str = Field(
        default="digests",
        min_length=1,
        description="Folder for the HTML and CSV files.",
    )
    email: Email | None = Field(default=None, description="Left out: no e-mail.")


class Config(Section):
    """The whole of config.yaml."""

    brands: tuple[Brand, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = Field(min_length=1)
    slack: SlackSettings | None = Field(
        default=None, description="Where alerts go; left out: the terminal."
    )
    sentiment: SentimentSettings = Field(default_factory=SentimentSettings)
    deadlines: Deadlines = Field(default_factory=Deadlines)
    priorities: Priorities = Field(default_factory=Priorities)
    spam: Spam = Field(default_factory=Spam)
    database: Database = Field(default_factory=Database)
    retention: Retention = Field(default_factory=Retention)
    digest: Digest = Field(default_factory=Digest)

    def brand(self, name: str) -> Brand | None:
        return next((b for b in self.brands if b.name == name), None)

    def source(self, name: str) -> Source | None:
        return next((s for s in self.sources if s.name == name), None)
