"""X (Twitter), API v2 with tweepy: https://docs.x.com/x-api.

Two ways in: the account's own mentions (user context, cheap, at each poll) and recent
search (app bearer, paid per post, every `search_every`).
Surprises: replies are taken only where the author mentioned or quoted the account
(since 2026-02-23); recent search shows seven days and refuses an older `since_id`;
an edit is a new id; ids are numbers in strings; one status 429 means a quarter of an
hour, another the rest of the month.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from connectors._x_answer import Account, ReplyTerms, XAnswers
from connectors._x_budget import Budget, XPrices
from connectors._x_call import Keys, Wire
from connectors._x_poll import XPolls
from connectors._x_posts import as_object
from connectors._x_query import Queries, compile_queries
from connectors._x_read import Pace, Reader
from connectors.base import (
    Batch,
    CanReply,
    Connector,
    Context,
    Cursor,
    Length,
    OwnerReply,
    OwnReplies,
    Posted,
    Rechecked,
    SourceConfig,
    Target,
    Terms,
)
from connectors.durations import Duration

RECHECK_LIMIT = 100
SETTLE = timedelta(minutes=2)


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
        return XConnector(self, terms, context)


class XConnector:
    def __init__(
        self, source: XSource, terms: Sequence[Terms], context: Context
    ) -> None:
        self._source = source
        self._context = context
        own = [source.handle] if source.handle else []
        self._queries = compile_queries(
            terms, own, limit=source.query_length, by_language=source.by_language
        )
        if source.bearer_token is None:
            self._queries = Queries(())
        self._budget = Budget(
            source.budget, source.budget_day, context.meter, context.now
        )

    def __repr__(self) -> str:
        return f"XConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Return new mentions; and where a search is due, what it found.

        Raises:
            Unavailable: try again later; with `tell`, the budget, the cap or the
                credits are used up.
            Refused: a key, a permission or a query is wrong.
        """
        source = self._source
        user_id = source.user_id if source.has_user else None
        polls = XPolls(self._reader, user_id, self._queries.texts, self._pace)
        batch = polls.poll(cursor, self._context.now())
        return replace(batch, cautions=[*batch.cautions, *self._budget.cautions()])

    def validate(self) -> str:
        """Return the account and the number of searches, and what they cannot find."""
        found = self._answers.account() if self._source.has_user else "search only"
        if self._source.bearer_token is not None:
            found += f", {self._usage()}; {len(self._queries.texts)} searches"
        else:
            found += ", mentions only"
        return "; ".join([found, *self._queries.notes])

    @property
    def _pace(self) -> Pace:
        source = self._source
        return Pace(source.search_every, source.look_back, source.max_pages)

    @cached_property
    def _answers(self) -> XAnswers:
        source = self._source
        account = Account(source.user_id or "", (source.handle or "").lstrip("@"))
        terms = ReplyTerms(source.has_user, source.reply_rule, source.reply_length)
        return XAnswers(self._reader, account, terms, self._context.now)

    @cached_property
    def _reader(self) -> Reader:
        """The client behind its budget; tweepy is only now imported, for it is slow."""
        from connectors._x_client import XClient

        source = self._source
        wire = Wire(
            api_base=source.api_base,
            timeout=source.timeout,
            now=self._context.now,
            cap_resets=self._budget.resets,
            new_names=source.new_names,
        )
        return Reader(
            client=XClient(_keys(source), wire),
            budget=self._budget,
            prices=source.prices,
            authors=source.authors,
            references=source.references or source.new_names,  # no other way to ask
            page_size=source.page_size,
        )

    def _usage(self) -> str:
        """Return what the project has read this month: free, and proves the bearer.

        tweepy has no method for it.
        """
        client = self._reader.client
        told = client.request("GET", "/2/usage/tweets").json()
        usage = as_object(told.get("data"))
        read, cap = usage.get("project_usage", "?"), usage.get("project_cap", "?")
        return f"{read} of {cap} posts read this month"

    @property
    def settle(self) -> timedelta:
        return SETTLE

    def can_reply(self, target: Target) -> CanReply:
        return self._answers.can_reply(target)

    def measure(self, target: Target, text: str) -> Length:
        return self._answers.measure(target, text)

    def standing_reply(self, target: Target) -> OwnerReply | None:
        return self._answers.standing(target)

    def reply(self, target: Target, text: str) -> Posted:
        return self._answers.send(target, text)

    def find_reply(self, target: Target, text: str, since: datetime) -> Posted | None:
        return self._answers.find(target, text, since)

    def own_replies(self, cursor: Cursor | None) -> OwnReplies:
        """Return what the account answered by itself, from its own timeline.

        Raises:
            Unavailable, Refused: as `poll`.
        """
        return self._answers.own(cursor, self._pace)

    @property
    def recheck_limit(self) -> int:
        return RECHECK_LIMIT

    def recheck(self, targets: Sequence[Target]) -> Rechecked:
        """Return these posts as they now are; edits are read in a second call.

        Raises:
            Unavailable, Refused: as `poll`.
        """
        return self._answers.recheck(targets[:RECHECK_LIMIT])


def _keys(source: XSource) -> Keys:
    def told(secret: SecretStr | None) -> str:
        return secret.get_secret_value().strip() if secret else ""

    return Keys(
        bearer_token=told(source.bearer_token),
        consumer_key=told(source.consumer_key),
        consumer_secret=told(source.consumer_secret),
        access_token=told(source.access_token),
        access_token_secret=told(source.access_token_secret),
    )
