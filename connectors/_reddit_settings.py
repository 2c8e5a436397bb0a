"""The settings of a source of type `reddit`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, model_validator

from connectors.base import Connector, Context, SourceConfig, Terms
from connectors.durations import Duration

Subreddit = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_]{2,40}$", strip_whitespace=True)
]


class RedditSource(SourceConfig):
    """Reddit, for all brands. Reading needs an approved app, answering an account."""

    type: Literal["reddit"]
    client_id: str = Field(min_length=1, description="The app's id, under its name.")
    client_secret: SecretStr = Field(description="The app's secret.")
    user_agent: str = Field(
        min_length=7,
        pattern=r"^[\x20-\x7e]+$",
        description="How Reddit wants apps to name themselves: "
        "platform:app:version (by /u/name).",
    )
    refresh_token: SecretStr | None = Field(
        default=None,
        description="The brand's login, with the scopes read identity submit "
        "privatemessages history. Left out: read only.",
    )
    username: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{2,30}$",
        description="The brand's account, instead of a refresh token (script app).",
    )
    password: SecretStr | None = Field(default=None, description="Its password.")
    search: bool = Field(default=True, description="Search submissions for the brands.")
    search_in: tuple[Subreddit, ...] = Field(
        default=("all",), min_length=1, description="Subreddits to search; all: Reddit."
    )
    search_every: Duration = Field(
        default=timedelta(minutes=15),
        description="Time between searches; the index is some minutes late anyway.",
    )
    subreddits: tuple[Subreddit, ...] = Field(
        default=(),
        description="Subreddits whose every comment is read; without r/. "
        "Search cannot find comments.",
    )
    inbox: bool = Field(
        default=True, description="With a login: mentions of it and replies to it."
    )
    first: Duration = Field(
        default=timedelta(days=7), description="How far back the first poll looks."
    )
    page: int = Field(default=100, ge=1, le=100, description="Things per page.")
    timeout: Duration = Field(
        default=timedelta(seconds=20),
        le=timedelta(seconds=30),
        description="For connecting and for each piece, at most 30s.",
    )
    api_base: str = Field(
        default="https://oauth.reddit.com",
        pattern=r"^https?://",
        description="The API's address; only tests need another.",
    )
    login_base: str = Field(
        default="https://www.reddit.com",
        pattern=r"^https?://",
        description="The address that gives tokens; only tests need another.",
    )

    @model_validator(mode="after")
    def _one_login(self) -> "RedditSource":
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.password and self.refresh_token:
            raise ValueError("give a refresh_token or username and password, not both")
        return self

    @property
    def has_login(self) -> bool:
        return bool(self.refresh_token or self.password)

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:
        # read late: see connectors/__init__.py; praw alone costs 0.3 s
        from connectors._reddit_account import Account
        from connectors._reddit_client import Client
        from connectors.reddit import RedditConnector

        client = Client(self, context.now)
        return RedditConnector(self, Account(client, self, terms), context.now, terms)
