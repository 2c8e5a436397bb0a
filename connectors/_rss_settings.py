"""The settings of a source of type `rss`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from connectors.base import Connector, Context, SourceConfig, Terms
from connectors.durations import Duration


class RssSource(SourceConfig):
    """A feed. Its address is kept secret: whoever knows a Google Alerts one, reads."""

    type: Literal["rss"]
    # Not a SecretStr: most feeds are public and stand in the file as they are. Some
    # are capabilities (Google Alerts), so that none is shown in a repr or a message.
    url: str = Field(repr=False, description="The feed's address; ${NAME} allowed.")
    platform: str = Field(
        default="rss",
        pattern=r"^[a-z0-9_]+$",
        description="What its posts are counted as: rss, trustpilot, news...",
    )
    first: Literal["all", "new"] = Field(
        default="all",
        description="all: bring in what the feed holds at the first poll; "
        "new: only what comes later.",
    )
    allow_private: bool = Field(
        default=False, description="Allow addresses inside our own network."
    )
    timeout: Duration = Field(
        default=timedelta(seconds=20), description="For connecting and for each piece."
    )
    max_bytes: int = Field(
        default=10 * 1024 * 1024, ge=1024, description="Longest feed that is read."
    )

    @field_validator("url")
    @classmethod
    def _is_web(cls, url: str) -> str:
        is_web = url.lower().startswith(("http://", "https://"))
        if not is_web or not urlsplit(url).hostname:
            raise ValueError("a feed's address starts with https:// or http://")
        return url

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:  # noqa: ARG002
        # read late: see connectors/__init__.py
        from connectors.rss import RssConnector

        return RssConnector(self, context.now)
