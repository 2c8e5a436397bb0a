"""The settings of a source of type `x`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from connectors.base import Connector, Context, SourceConfig, Terms
from connectors.durations import Duration


class XPrices(BaseModel):
    """Dollars per unit, as X's price list has them; 0 for what is not billed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    post_read: float = Field(default=0.005, ge=0, description="A post read.")
    owned_read: float = Field(
        default=0.001,
        ge=0,
        description="A post read from the brand's own mentions or posts.",
    )
    user_read: float = Field(
        default=0.010, ge=0, description="An author's name and followers, per page."
    )
    post_created: float = Field(default=0.015, ge=0, description="A reply.")
    post_with_url: float = Field(
        default=0.200, ge=0, description="A reply with a link in it."
    )


class XSource(SourceConfig):
    """An X account, and what is said about its brands.

    With `bearer_token` X is searched; with the four user keys the account's mentions
    are read and replies sent. One of the two is needed.
    """

    type: Literal["x"]
    bearer_token: SecretStr | None = Field(
        default=None, description="The app's bearer token: for searching."
    )
    consumer_key: SecretStr | None = Field(
        default=None, description="The app's API key: for mentions and replies."
    )
    consumer_secret: SecretStr | None = Field(
        default=None, description="The app's API key secret."
    )
    access_token: SecretStr | None = Field(
        default=None, description="The account's access token, with Read and write."
    )
    access_token_secret: SecretStr | None = Field(
        default=None, description="The account's access token secret."
    )
    user_id: str | None = Field(
        default=None, pattern=r"^\d{1,19}$", description='The account\'s number: "123".'
    )
    handle: str | None = Field(
        default=None, pattern=r"^@?\w{1,15}$", description="The account's name: @acme."
    )
    search_every: Duration = Field(
        default=timedelta(hours=1),
        description="Time between searches, which cost more than mentions.",
    )
    look_back: Duration = Field(
        default=timedelta(days=1),
        description="How far back the first poll, and a new search, goes; at most 6d.",
    )
    by_language: bool = Field(
        default=False,
        description="Search only in the brands' languages, or where X knows none: "
        "cheaper, but X errs on short posts.",
    )
    query_length: int = Field(
        default=512,
        ge=128,
        le=4096,
        description="Longest search: 512 self-serve, 4096 Enterprise.",
    )
    authors: bool = Field(
        default=True,
        description="Ask for names and followers, which X may bill as users read.",
    )
    references: bool = Field(
        default=True,
        description="Ask for the posts that are answered or quoted, which X may bill: "
        "without, some quotes and edited posts are not recognised.",
    )
    page_size: int = Field(default=100, ge=10, le=100, description="Posts per page.")
    max_pages: int = Field(
        default=5, ge=1, le=50, description="Pages per poll of mentions or of a search."
    )
    budget: float = Field(
        default=50, gt=0, description="Dollars per month; reading stops before it."
    )
    budget_day: int = Field(
        default=1,
        ge=1,
        le=28,
        description="Day of the month (UTC) on which budget and X's cap start anew.",
    )
    prices: XPrices = Field(
        default=XPrices(), description="X's price list in dollars, if it has changed."
    )
    reply_rule: Literal["mentioned", "any"] = Field(
        default="mentioned",
        description="mentioned: X takes replies only where the author mentioned or "
        "quoted the account; any: an Enterprise app, which may always reply.",
    )
    reply_length: int = Field(
        default=280, ge=1, le=25_000, description="280, or 25000 with X Premium."
    )
    new_names: bool = Field(
        default=False,
        description="Ask for post.fields instead of tweet.fields (X's names of 2026).",
    )
    api_base: str = Field(
        default="https://api.x.com",
        pattern=r"^https?://",
        description="Where the API is.",
    )
    timeout: Duration = Field(
        default=timedelta(seconds=20),
        le=timedelta(seconds=30),
        description="For connecting and for each answer, at most 30s.",
    )

    @model_validator(mode="after")
    def _has_a_way_in(self) -> "XSource":
        keys = (
            self.consumer_key,
            self.consumer_secret,
            self.access_token,
            self.access_token_secret,
        )
        if any(keys) and not all(keys):
            raise ValueError(
                "the user keys come as four: consumer_key, consumer_secret, "
                "access_token, access_token_secret"
            )
        if all(keys) and not (self.user_id and self.handle):
            raise ValueError("with user keys, set user_id and handle of their account")
        if not all(keys) and self.bearer_token is None:
            raise ValueError(
                "set bearer_token (to search), the four user keys, or both"
            )
        return self

    @property
    def has_user(self) -> bool:
        return self.consumer_key is not None

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:
        # read late: see connectors/__init__.py
        from connectors.x import XConnector

        return XConnector(self, terms, context)
