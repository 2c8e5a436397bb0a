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

from pydantic import SecretStr

from connectors._x_answer import Account, ReplyTerms, XAnswers
from connectors._x_budget import Budget
from connectors._x_call import Keys, Wire
from connectors._x_poll import XPolls
from connectors._x_posts import as_object
from connectors._x_query import Queries, compile_queries
from connectors._x_read import Pace, Reader
from connectors._x_settings import XSource
from connectors.base import (
    Batch,
    CanReply,
    Context,
    Cursor,
    Length,
    OwnerReply,
    OwnReplies,
    Posted,
    Rechecked,
    Target,
    Terms,
)

RECHECK_LIMIT = 100
SETTLE = timedelta(minutes=2)


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
            source.budget,
            source.budget_day,
            context.meter,
            context.now,
            keeps=source.has_user,
        )

    def __repr__(self) -> str:
        return f"XConnector({self._source.name!r})"

    def poll(self, cursor: Cursor | None) -> Batch:
        """Return new mentions; and where a search is due, what it found.

        Raises:
            Unavailable: try again later; with `tell`, the budget, the cap or the
                credits are used up. Where only searches must stop, a caution tells.
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
