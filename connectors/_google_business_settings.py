"""The settings of a source of type `google_business`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import Field

from connectors._google_settings import GoogleSource
from connectors.base import Connector, Context, Terms
from connectors.durations import Duration


class GoogleBusinessSource(GoogleSource):
    """The reviews of a business on Google Maps and Search."""

    type: Literal["google_business"]
    account: str | None = Field(
        default=None,
        pattern=r"^(accounts/)?\d+$",
        description="Only this account (its number). Left out: all that we may manage.",
    )
    locations: tuple[str, ...] = Field(
        default=(), description="Only these locations (their numbers). Left out: all."
    )
    sweep_every: Duration = Field(
        default=timedelta(weeks=1),
        description="How often all reviews are read again, down to the oldest.",
    )
    api_base: str = Field(
        default="https://mybusiness.googleapis.com", description="The reviews' API."
    )
    accounts_base: str = Field(
        default="https://mybusinessaccountmanagement.googleapis.com",
        description="The API that lists accounts.",
    )
    locations_base: str = Field(
        default="https://mybusinessbusinessinformation.googleapis.com",
        description="The API that lists locations.",
    )

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:  # noqa: ARG002
        # read late: see connectors/__init__.py
        from connectors.google_business import GoogleBusinessConnector

        return GoogleBusinessConnector(self, context.now)
