"""The settings of a source of type `trustpilot`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from connectors.base import Connector, Context, SourceConfig, Terms
from connectors.durations import Duration

API_BASE = "https://api.trustpilot.com/v1"
TOKEN_URL = f"{API_BASE}/oauth/oauth-business-users-for-applications/accesstoken"


class TrustpilotSource(SourceConfig):
    """The reviews of one business. With the secret and a user, answers too."""

    type: Literal["trustpilot"]
    business_unit_id: str = Field(
        pattern=r"^[A-Za-z0-9]+$", description="The business's id, 24 characters."
    )
    api_key: SecretStr = Field(
        description="The API key; alone it reads public reviews."
    )
    api_secret: SecretStr | None = Field(
        default=None, description="The API secret: for replies."
    )
    business_user_id: str | None = Field(
        default=None, description="In whose name replies are published."
    )
    reread: Duration = Field(
        default=timedelta(days=14),
        description="How far back each walk looks for edited reviews and new answers.",
    )
    api_base: str = Field(default=API_BASE, description="Where the API answers.")
    token_url: str = Field(default=TOKEN_URL, description="Where tokens are given.")
    timeout: Duration = Field(
        default=timedelta(seconds=20),
        le=timedelta(seconds=30),
        description="For connecting and for each piece, at most 30s.",
    )

    @model_validator(mode="after")
    def _user_needs_secret(self) -> "TrustpilotSource":
        if self.business_user_id and self.api_secret is None:
            raise ValueError("business_user_id needs api_secret too: replies take both")
        return self

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:  # noqa: ARG002
        # read late: see connectors/__init__.py
        from connectors.trustpilot import TrustpilotConnector

        return TrustpilotConnector(self, context.now)
