"""What goes with every call to X: keys, where to, and which fields we ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

POST_FIELDS = [
    "author_id",
    "conversation_id",
    "created_at",
    "edit_history_tweet_ids",
    "entities",
    "lang",
    "note_tweet",
    "referenced_tweets",
]
USER_FIELDS = ["name", "public_metrics", "username"]
USER_KEYS = "consumer_key, consumer_secret, access_token and access_token_secret"
BEARER = "bearer_token"

_RENAMED = {"tweet.fields": "post.fields"}
_NEW_WORDS = {"note_tweet": "note_post", "referenced_tweets.id": "referenced_posts"}
_NOW_EXPANSIONS = {"author_id", "edit_history_tweet_ids", "referenced_tweets"}
"""Fields that the names of 2026 know only as expansions, or send unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The five secrets; empty where a source has none."""

    bearer_token: str = ""
    consumer_key: str = ""
    consumer_secret: str = ""
    access_token: str = ""
    access_token_secret: str = ""

    def __repr__(self) -> str:
        return "Keys(***)"

    @property
    def has_user(self) -> bool:
        return all(self._user)

    @property
    def _user(self) -> tuple[str, ...]:
        return (
            self.consumer_key,
            self.consumer_secret,
            self.access_token,
            self.access_token_secret,
        )

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(key for key in (self.bearer_token, *self._user) if len(key) > 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """Where X is and how long we wait for it. `new_names`: ask in the names of 2026."""

    api_base: str
    timeout: timedelta
    now: Callable[[], datetime]
    cap_resets: Callable[[], datetime]
    new_names: bool = False


def fields(*, authors: bool, references: bool) -> dict[str, Any]:
    """Return what to ask for with each post. What is expanded may be billed."""
    expansions = [
        *(["author_id"] if authors else []),
        *(["referenced_tweets.id"] if references else []),
    ]
    return {
        "tweet_fields": POST_FIELDS,
        **({"expansions": expansions} if expansions else {}),
        **({"user_fields": USER_FIELDS} if authors else {}),
    }


def in_new_words(params: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return parameters by the names of X's description of 2026-08."""
    told = {_RENAMED.get(k, k): value for k, value in (params or {}).items()}
    for name, drop in (("post.fields", _NOW_EXPANSIONS), ("expansions", set[str]())):
        if name in told:
            words = [word for word in told[name].split(",") if word not in drop]
            told[name] = ",".join(_NEW_WORDS.get(word, word) for word in words)
    return told
