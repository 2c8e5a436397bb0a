"""X on a local server: posts, mentions, search, edits, replies; breaks as told.

with serving() as server:
    x = FakeX(server, now=clock)
    first = x.publish("ann", "@acme it broke", at, mentions=["acme"])
    XSource(**x.settings()).connect(terms, Context(now=clock))

It refuses what X refuses: a `since_id` older than seven days, a query too long, the
wrong kind of key, a second post with the same words, a reply where nobody asked.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.server import FakeServer, Reply, Request
from tests.fakes.x_query import matches

EPOCH_MS = 1_288_834_974_657
BRAND = "acme"
BRAND_ID = "42"
BEARER = "b3arer-5ecret"
CONSUMER_SECRET = "consumer-5ecret"  # noqa: S105
ACCESS_SECRET = "access-5ecret"  # noqa: S105
SECRETS = (BEARER, CONSUMER_SECRET, ACCESS_SECRET)
PROBLEMS = "https://api.twitter.com/2/problems/"
NEW_NAMES = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "tweets": "posts",
}


def problem(status: int, kind: str, detail: str, **more: Any) -> Reply:
    """An error as X words it; `headers` go apart."""
    headers = more.pop("headers", {})
    body = {"type": PROBLEMS + kind, "title": kind, "detail": detail, **more}
    return Reply(json.dumps(body | {"status": status}).encode(), status, headers)


def forbidden(detail: str) -> Reply:
    return problem(403, "forbidden", detail)


def snowflake(at: datetime, number: int = 0) -> str:
    ms = round(at.timestamp() * 1000) - EPOCH_MS
    return str((ms << 22) + number)


FAILURES: Mapping[str, Reply] = {
    "400": problem(400, "invalid-request", "Invalid query near column 3"),
    "401": Reply(b'{"title": "Unauthorized", "status": 401}', 401),
    "402": Reply(b'{"title": "CreditsDepleted", "status": 402}', 402),
    "403": problem(
        403, "client-forbidden", "not enrolled", reason="client-not-enrolled"
    ),
    "404": Reply(b"", 404),
    "429": Reply(b'{"title": "Too Many Requests"}', 429),
    "429-capped": problem(429, "usage-capped", "Usage cap", period="Monthly"),
    "503": Reply(b"upstream is down", 503),
    "timeout": Reply(delay=30),
    "dropped": Reply(drop=True),
    "broken": Reply(b'{"data": [{"id": "1'),
    "empty": Reply(b""),
    "list": Reply(b"[]"),
    "redirect": Reply(status=307, headers={"Location": "/elsewhere"}),
}


@dataclass(slots=True)
class Tweet:
    """One version of a post; `history` is shared by all versions of it."""

    id: str
    author: str
    text: str
    at: datetime
    history: list[str]
    mentions: Sequence[str] = ()
    replied_to: str | None = None
    quoted: str | None = None
    retweeted: str | None = None
    root: str = ""
    lang: str = "en"
    note: str | None = None
    urls: Sequence[Mapping[str, str]] = ()
    gone: str | None = None
    shows_at: datetime | None = None
    """When lists come to show it, if not at once."""


@dataclass(slots=True)
class FakeX:
    server: FakeServer
    now: Callable[[], datetime]
    page: int = 100
    new_names: bool = False
    query_length: int = 512
    tweets: dict[str, Tweet] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=lambda: {BRAND: BRAND_ID})
    drop_before_storing: bool = False
    drop_after_storing: bool = False
    refuse_replies: Reply | None = None
    _failure: Reply | None = None
    _pages_left: int | None = None

    def __post_init__(self) -> None:
        self.server.on("*", self._answer)

    # What people do

    def publish(self, author: str, text: str, at: datetime, **more: Any) -> str:
        """Add a post; `more` are fields of `Tweet`. Returns its id."""
        post_id = snowflake(at, len(self.tweets))
        self.users.setdefault(author, str(1000 + len(self.users)))
        parent = self.tweets.get(more.get("replied_to") or "")
        root = parent.root if parent else post_id
        self.tweets[post_id] = Tweet(
            id=post_id,
            author=author,
            text=text,
            at=at,
            history=[post_id],
            root=root,
            **more,
        )
        return post_id

    def edit(self, post_id: str, text: str, at: datetime) -> str:
        """Add a newer version of a post; returns its id."""
        old = self.tweets[self.tweets[post_id].history[-1]]
        new_id = snowflake(at, len(self.tweets))
        old.history.append(new_id)
        kept = {name: getattr(old, name) for name in ("author", "history", "mentions", "replied_to", "quoted", "root", "lang")}  # fmt: skip
        self.tweets[new_id] = Tweet(id=new_id, text=text, at=at, **kept)
        return new_id

    def delete(self, post_id: str) -> None:
        self._lose(post_id, "resource-not-found")

    def protect(self, post_id: str) -> None:
        self._lose(post_id, "not-authorized-for-resource")

    def answer_natively(self, post_id: str, text: str, at: datetime) -> str:
        return self.publish(BRAND, text, at, replied_to=post_id)

    def replies(self, post_id: str) -> list[str]:
        """The brand's public answers under a post, in any version of it."""
        history = self.tweets[post_id].history
        ours = (t for t in self.tweets.values() if t.author == BRAND and not t.gone)
        return [tweet.text for tweet in ours if tweet.replied_to in history]

    # What breaks

    def fail(self, kind: str | Reply) -> None:
        self._failure = FAILURES[kind] if isinstance(kind, str) else kind

    def cut(self, pages: int) -> None:
        """Break off in the midst of every page after so many, until mended."""
        self._failure, self._pages_left = None, pages

    def mend(self) -> None:
        self._failure = self._pages_left = self.refuse_replies = None
        self.drop_before_storing = self.drop_after_storing = False

    def settings(self, *, user: bool = True, bearer: bool = True) -> dict[str, Any]:
        """The settings of a source that reads from here."""
        keys = {
            "consumer_key": "consumer-key",
            "consumer_secret": CONSUMER_SECRET,
            "access_token": f"{BRAND_ID}-access-token",
            "access_token_secret": ACCESS_SECRET,
            "user_id": BRAND_ID,
            "handle": BRAND,
        }
        return {
            "type": "x",
            "name": "x",
            "api_base": self.server.url("").rstrip("/"),
            "timeout": timedelta(seconds=5),
            **(keys if user else {}),
            **({"bearer_token": BEARER} if bearer else {}),
        }

    def asked(self, path: str) -> list[Request]:
        """The requests that came to a path."""
        return [request for request in self.server.requests if request.path == path]

    # What X answers

    def _answer(self, request: Request) -> Reply:
        if self._failure is not None:
            return self._failure
        signed = request.headers.get("authorization", "")
        is_user = signed.startswith("OAuth ") and 'oauth_signature="' in signed
        if not is_user and signed != f"Bearer {BEARER}":
            return FAILURES["401"]
        open_to_all = {
            ("GET", "/2/tweets/search/recent"): self._search,
            ("GET", "/2/tweets"): self._lookup,
            ("GET", "/2/usage/tweets"): self._usage,
        }
        of_the_user = {
            ("POST", "/2/tweets"): self._create,
            ("GET", "/2/users/me"): self._me,
            ("GET", f"/2/users/{BRAND_ID}/mentions"): self._mentions,
            ("GET", f"/2/users/{BRAND_ID}/tweets"): self._timeline,
        }
        route = (request.method, request.path)
        if route in of_the_user and not is_user:
            return problem(403, "unsupported-authentication", "OAuth 1.0a is required")
        answer = (open_to_all | of_the_user).get(route)
        return answer(request) if answer else FAILURES["404"]

    def _usage(self, _: Request) -> Reply:
        usage = {"project_usage": "12", "project_cap": "3000000", "cap_reset_day": 3}
        return self._json({"data": usage})

    def _me(self, _: Request) -> Reply:
        return self._json({"data": self._user(BRAND)})

    def _mentions(self, request: Request) -> Reply:
        return self._list(request, lambda tweet: BRAND in tweet.mentions)

    def _timeline(self, request: Request) -> Reply:
        return self._list(request, lambda tweet: tweet.author == BRAND)

    def _search(self, request: Request) -> Reply:
        query = request.query["query"]
        if len(query) > self.query_length:
            return problem(400, "invalid-request", "query: too long")
        week = self.now() - timedelta(days=7)
        since, start = request.query.get("since_id"), request.query.get("start_time")
        if since and int(since) < int(snowflake(week)):
            return problem(400, "invalid-request", "'since_id' must be a newer id")
        if start and datetime.fromisoformat(start) < week:
            return problem(400, "invalid-request", "'start_time' must be within 7 days")
        recent = int(snowflake(week))
        return self._list(
            request,
            lambda t: int(t.id) >= recent and matches(query, t.author, t.text, t.lang),
        )

    def _list(self, request: Request, is_in: Callable[[Tweet], bool]) -> Reply:
        asked = request.query
        least = 10 if "query" in asked else 5
        if not least <= int(asked.get("max_results", 10)) <= 100:
            return problem(400, "invalid-request", "max_results")
        token = asked.get("next_token") or asked.get("pagination_token")
        bounds = f"{asked.get('since_id')}/{asked.get('start_time')}"
        if token and token.partition("-")[2] != bounds:
            return problem(400, "invalid-request", "next_token: other parameters")
        size = min(self.page, int(asked.get("max_results", 10)))
        found = [t for t in self._alive() if is_in(t) and _within(t, asked, token)]
        found.sort(key=lambda tweet: int(tweet.id), reverse=True)
        shown, rest = found[:size], found[size:]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": shown[0].id, "oldest_id": shown[-1].id}
        if rest:
            meta["next_token"] = f"{shown[-1].id}-{bounds}"
        body = {**self._shown(shown, asked), "meta": meta}
        return self._maybe_cut(body)

    def _maybe_cut(self, body: Any) -> Reply:
        reply = self._json(body)
        if self._pages_left is None:
            return reply
        if self._pages_left > 0:
            self._pages_left -= 1
            return reply
        return Reply(reply.body, cut=len(reply.body) // 2)

    def _lookup(self, request: Request) -> Reply:
        asked = request.query["ids"].split(",")
        alive = [
            self.tweets[i]
            for i in asked
            if i in self.tweets and not self.tweets[i].gone
        ]
        errors = [
            {
                "resource_id": i,
                "value": i,
                "parameter": "ids",
                "resource_type": "tweet",
                "type": PROBLEMS + (self._lost(i) or "resource-not-found"),
                "title": "Not Found Error",
                "detail": f"Could not find tweet with ids: [{i}].",
            }
            for i in asked
            if i not in self.tweets or self.tweets[i].gone
        ]
        body = self._shown(alive, request.query)
        return self._json(body | ({"errors": errors} if errors else {}))

    def _create(self, request: Request) -> Reply:
        sent = json.loads(request.body)
        target_id = sent["reply"]["in_reply_to_tweet_id"]
        refused = self.refuse_replies or self._refusal(target_id, sent["text"])
        if refused is not None or self.drop_before_storing:
            return refused or Reply(drop=True)
        text = f"@{self.tweets[target_id].author} {sent['text']}"
        post_id = self.publish(BRAND, text, self.now(), replied_to=target_id)
        if self.drop_after_storing:
            return Reply(drop=True)
        return self._json({"data": {"id": post_id, "text": text}}, 201)

    def _refusal(self, target_id: str, text: str) -> Reply | None:
        target = self.tweets.get(target_id)
        if target is None or target.gone:
            return forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")  # fmt: skip
        quoted = self.tweets.get(target.quoted or "")
        if BRAND not in target.mentions and (quoted is None or quoted.author != BRAND):
            return forbidden("You can only reply to or quote posts where you are mentioned or are the author.")  # fmt: skip
        ours = (tweet.text for tweet in self.tweets.values() if tweet.author == BRAND)
        if any(said.endswith(text) for said in ours):
            return forbidden("You are not allowed to create a Tweet with duplicate content.")  # fmt: skip
        return None

    def _alive(self) -> Iterable[Tweet]:
        """Lists show a post in its newest version only, and some late."""
        now = self.now()
        return (
            t
            for t in self.tweets.values()
            if not t.gone and t.id == t.history[-1] and (t.shows_at or now) <= now
        )

    def _lose(self, post_id: str, how: str) -> None:
        for version in self.tweets[post_id].history:
            self.tweets[version].gone = how

    def _lost(self, post_id: str) -> str | None:
        return self.tweets[post_id].gone if post_id in self.tweets else None

    def _user(self, name: str) -> dict[str, Any]:
        metrics = {"followers_count": 7}
        number = self.users[name]
        return {
            "id": number,
            "username": name,
            "name": name.title(),
            "public_metrics": metrics,
        }

    def _shown(
        self, tweets: Sequence[Tweet], asked: Mapping[str, str]
    ) -> dict[str, Any]:
        expansions = asked.get("expansions", "")
        includes: dict[str, Any] = {}
        if "author_id" in expansions and tweets:
            names = dict.fromkeys(tweet.author for tweet in tweets)
            includes["users"] = [self._user(name) for name in names]
        if "referenced" in expansions:
            ids = [
                i for t in tweets for i in (t.replied_to, t.quoted) if i in self.tweets
            ]
            if ids:
                includes["tweets"] = [self._told(self.tweets[i]) for i in ids if i]
        body: dict[str, Any] = (
            {"data": [self._told(t) for t in tweets]} if tweets else {}
        )
        return body | ({"includes": includes} if includes else {})

    def _told(self, tweet: Tweet) -> dict[str, Any]:
        references = [
            {"type": how, "id": i}
            for how in ("replied_to", "quoted", "retweeted")
            if (i := getattr(tweet, how))
        ]
        mentions = [
            {"username": name, "id": self.users.get(name, "9")}
            for name in tweet.mentions
        ]
        told = {
            "id": tweet.id,
            "text": _escaped(tweet.text),
            "author_id": self.users[tweet.author],
            "conversation_id": tweet.root,
            "created_at": tweet.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "edit_history_tweet_ids": list(tweet.history),
            "lang": tweet.lang,
            "entities": {"mentions": mentions, "urls": list(tweet.urls)},
        }
        told |= {"referenced_tweets": references} if references else {}
        return told | ({"note_tweet": {"text": tweet.note}} if tweet.note else {})

    def _json(self, body: Any, status: int = 200) -> Reply:
        body = _renamed(body) if self.new_names else body
        return Reply(json.dumps(body).encode(), status)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _within(tweet: Tweet, asked: Mapping[str, str], token: str | None) -> bool:
    if token and int(tweet.id) >= int(token.partition("-")[0]):
        return False
    if (start := asked.get("start_time")) and tweet.at < datetime.fromisoformat(start):
        return False
    return int(tweet.id) > int(asked.get("since_id", "0"))


def _renamed(told: Any) -> Any:
    if isinstance(told, list):
        return [_renamed(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {NEW_NAMES.get(name, name): _renamed(value) for name, value in told.items()}
