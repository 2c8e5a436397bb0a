"""A small Reddit on 127.0.0.1: listings, search, inbox, answers, tombstones.

reddit = FakeReddit(server)
post = reddit.submit("ann", "Acme fails", "again", at)
source = RedditSource(**reddit.settings())
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.server import FakeServer, Reply, Request

CLIENT_ID, CLIENT_SECRET = "fake-app", "app-5ecret"
REFRESH_TOKEN, PASSWORD = "refresh-5ecret", "pass-5ecret"
ACCESS = "access-5ecret"
BRAND = "acme_care"
SCOPES = "read identity submit privatemessages history"


@dataclass
class Written:
    """One submission or comment that stands on the fake, or stood there."""

    name: str
    author: str
    text: str
    at: float
    title: str | None = None
    parent: str | None = None
    link: str | None = None
    subreddit: str = "gadgets"
    edited: float | bool = False
    flags: dict[str, Any] = field(default_factory=dict)
    unlisted: bool = False

    def thing(self) -> dict[str, Any]:
        kind, short = self.name.split("_", 1)
        root = (self.link or self.name).removeprefix("t3_")
        data = {
            "id": short,
            "name": self.name,
            "author": self.author,
            "author_fullname": f"t2_{self.author.lower()}",
            "subreddit": self.subreddit,
            "created_utc": self.at,
            "edited": self.edited,
            "permalink": f"/r/{self.subreddit}/comments/{root}/x/",
            "locked": False,
            "archived": False,
        }
        if kind == "t1":
            data |= {"body": self.text, "parent_id": self.parent, "link_id": self.link}
            data["permalink"] += f"{short}/"
        else:
            data |= {"title": self.title, "selftext": self.text, "is_self": True}
        return {"kind": kind, "data": data | self.flags}


class FakeReddit:
    """Stateful. Listings are newest first; a deleted anchor brings an empty page.

    `window` is how many things a listing shows at most. `failure` answers each API
    call in its way; `errors` are `json.errors` for the next replies; `drop` breaks
    the connection of the next reply "before" or "after" it is stored.
    """

    def __init__(self, server: FakeServer, *, window: int = 1000) -> None:
        self.server = server
        self.window = window
        self.things: dict[str, Written] = {}
        self.messages: list[str] = []
        self.scopes = SCOPES
        self.failure: Callable[[Request], Reply] | None = None
        self.token_failure: Reply | None = None
        self.errors: list[list[str | None]] = []
        self.drop: str | None = None
        self.headers: dict[str, str] = {}
        self.clock: Callable[[], datetime] | None = None
        self.cut_after: int | None = None
        self.stale_tokens = 0
        server.on("*", self._answer)

    # What people do.

    def submit(
        self, author: str, title: str, text: str, at: datetime, **more: Any
    ) -> str:
        """Publish a submission; return its fullname."""
        name = f"t3_{len(self.things) + 1000:x}"
        self.things[name] = Written(name, author, text, at.timestamp(), title, **more)
        return name

    def publish(self, author: str, text: str, at: datetime) -> str:
        """Publish a comment in r/gadgets; return its fullname."""
        return self.comment(author, text, at, "t3_1")

    def comment(
        self, author: str, text: str, at: datetime, parent: str, **more: Any
    ) -> str:
        """Publish a comment under a submission or a comment; return its fullname."""
        name = f"t1_{len(self.things) + 1000:x}"
        above = self.things.get(parent)
        link = above.link or above.name if above else parent
        self.things[name] = Written(
            name, author, text, at.timestamp(), parent=parent, link=link, **more
        )
        return name

    def answer_natively(self, name: str, text: str, at: datetime) -> str:
        """The brand answers on Reddit itself."""
        return self.comment(BRAND, text, at, name)

    def edit(self, name: str, text: str, at: datetime) -> None:
        self.things[name].text = text
        self.things[name].edited = at.timestamp()

    def delete(self, name: str) -> None:
        """Its author deletes it: it leaves the listings, a tombstone stays."""
        self._bury(name, "[deleted]")
        self.things[name].author = "[deleted]"

    def remove(self, name: str) -> None:
        """A moderator removes it."""
        self._bury(name, "[removed]")

    def vanish(self, name: str) -> None:
        """Not even a tombstone stays."""
        del self.things[name]

    def replies(self, name: str) -> list[str]:
        """Return what the brand's account said under a post."""
        return [
            one.text
            for one in self.things.values()
            if one.parent == name and one.author == BRAND
        ]

    def fail(self, status: int, body: str = "", **headers: str) -> None:
        """Answer each API call so, until `mend`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.failure = lambda _: Reply(body.encode(), status, named)

    def mend(self) -> None:
        self.failure, self.token_failure, self.cut_after = None, None, None

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return the settings of a source that reads this Reddit."""
        base = self.server.url("")
        return {
            "type": "reddit",
            "name": "reddit",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "user_agent": "test:everyreply:1 (by /u/acme_care)",
            "refresh_token": REFRESH_TOKEN,
            "api_base": base,
            "login_base": base,
            **more,
        }

    def asked(self, path: str) -> list[Request]:
        return [one for one in self.server.requests if one.path == path]

    # How Reddit answers.

    def _bury(self, name: str, words: str) -> None:
        self.things[name].text = words
        self.things[name].unlisted = True

    def _answer(self, request: Request) -> Reply:
        if request.path == "/api/v1/access_token":
            return self.token_failure or _json(self._token())
        if self.failure:
            return self.failure(request)
        if self.stale_tokens:
            self.stale_tokens -= 1
            said = 'Bearer realm="reddit", error="invalid_token"'
            return Reply(b'{"error": 401}', 401, {"www-authenticate": said})
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                whole = self._routed(request)
                return Reply(whole.body, cut=len(whole.body) // 2)
        return self._routed(request)

    def _token(self) -> dict[str, Any]:
        return {"access_token": ACCESS, "expires_in": 3600, "scope": self.scopes}

    def _routed(self, request: Request) -> Reply:
        path = request.path
        if path == "/api/comment":
            return self._reply(dict(parse_qsl(request.body.decode())))
        if path == "/api/v1/me":
            return self._json({"name": BRAND})
        if path == "/api/info":
            ids = request.query["id"].split(",")
            found = [self.things[one].thing() for one in ids if one in self.things]
            return self._json(_listing(found, None))
        return self._listed(request, list(self._chosen(request)))

    def _chosen(self, request: Request) -> Iterator[Written]:
        path, query = request.path, request.query
        newest = sorted(self.things.values(), key=lambda one: -one.at)
        for one in newest:
            if one.name.startswith("t3_"):
                if path.endswith("/search") and _found(query["q"], one):
                    yield one
            elif path.startswith("/r/") and path.endswith("/comments"):
                subreddits = path.split("/")[2].split("+")
                if one.subreddit in subreddits:
                    yield one
            elif path == f"/user/{one.author}/comments" or (
                path == "/message/mentions" and f"u/{BRAND}" in one.text
            ):
                yield one

    def _listed(self, request: Request, chosen: list[Written]) -> Reply:
        size, after = int(request.query["limit"]), request.query.get("after")
        shown = [one for one in chosen if not one.unlisted][: self.window]
        start = 0
        if after:
            names = [one.name for one in shown]
            if after not in names:
                return self._json(_listing([], None))
            start = names.index(after) + 1
        page = shown[start : start + size]
        more = start + size < len(shown)
        inbox = request.path.startswith("/message")
        things = [_in_inbox(one) if inbox else one.thing() for one in page]
        return self._json(_listing(things, page[-1].name if more else None))

    def _reply(self, form: dict[str, str]) -> Reply:
        if self.drop == "before":
            self.drop = None
            return Reply(drop=True)
        if self.errors:
            return self._json({"json": {"errors": [self.errors.pop(0)]}})
        assert self.clock is not None, "set `clock` to let the brand answer"
        name = self.answer_natively(form["thing_id"], form["text"], self.clock())
        if self.drop == "after":
            self.drop = None
            return Reply(drop=True)
        told = {"errors": [], "data": {"things": [self.things[name].thing()]}}
        return self._json({"json": told})

    def _json(self, told: Any) -> Reply:
        return _json(told, self.headers)


def _found(query: str, one: Written) -> bool:
    """Find too much rather than too little: any quoted phrase will do."""
    text = f"{one.title} {one.text}".lower()
    return any(phrase.lower() in text for phrase in re.findall(r'"([^"]*)"', query))


def _in_inbox(one: Written) -> dict[str, Any]:
    """The inbox has no permalink and no link_id; both hide in `context`."""
    told = one.thing()
    data = told["data"]
    data["context"] = data.pop("permalink") + "?context=3"
    del data["link_id"]
    return told | {"data": data | {"was_comment": True, "subject": "username mention"}}


def _listing(things: list[dict[str, Any]], after: str | None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": things, "after": after}}


def _json(told: Any, headers: dict[str, str] | None = None) -> Reply:
    return Reply(json.dumps(told).encode(), headers=headers or {})
