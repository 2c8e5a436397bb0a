"""The settings of a source of type `app_store_feed`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from connectors.base import Connector, Context, SourceConfig, Terms
from connectors.durations import Duration

API_BASE = "https://itunes.apple.com"


class AppStoreFeedSource(SourceConfig):
    """Reviews of any app as the App Store shows them. Not beside `app_store` for one
    and the same app: its reviews would come twice, under two ids."""

    type: Literal["app_store_feed"]
    app_ids: tuple[Annotated[str, Field(pattern=r"^[0-9]+$")], ...] = Field(
        min_length=1, description="The numbers in the apps' store addresses."
    )
    countries: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = Field(
        min_length=1, description="Whose stores: us, gb, de. Each has its own reviews."
    )
    first: Literal["all", "new"] = Field(
        default="all",
        description="all: bring in what the feed holds at the first poll; "
        "new: only what comes later.",
    )
    reread: Duration = Field(
        default=timedelta(hours=6),
        description="How often all ten pages are read again, for edited reviews.",
    )
    api_base: str = Field(default=API_BASE, description="Where the feeds are.")
    timeout: Duration = Field(
        default=timedelta(seconds=20), description="For connecting and for each piece."
    )

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:  # noqa: ARG002
        # read late: see connectors/__init__.py
        from connectors.app_store_feed import AppStoreFeedConnector

        return AppStoreFeedConnector(self, context.now)
