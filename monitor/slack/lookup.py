"""Looking a message up by its `post_key`, where we noted that it was tried."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from monitor.slack.errors import translated
from monitor.store import SlackRows

PAGE = 200


@dataclass(slots=True)
class Lookup:
    """Reads a channel's, or a thread's, messages since a time, and adopts our own."""

    client: WebClient
    rows: SlackRows
    _me: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, post_key: str, since: datetime) -> str | None:
        """Return "channel:ts" of our message with this key; None: it never arrived.

        Raises:
            Unavailable, Refused: Slack cannot tell now.
        """
        tried = self.rows.posted(post_key)
        if tried is None:
            return None
        me = self.bot_id()
        for message in self._messages(tried.channel, tried.thread_ts, since):
            if message.get("bot_id") == me and post_key in keys_of(message):
                return f"{tried.channel}:{message['ts']}"
        return None

    def bot_id(self) -> str:
        """Return who we are, so that nobody else's message is taken for ours."""
        with self._lock:
            if not self._me:
                with translated("asking who we are", may_repeat=True):
                    self._me = str(self.client.auth_test()["bot_id"])
            return self._me

    def _messages(
        self, channel: str, thread_ts: str | None, since: datetime
    ) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": PAGE,
        }
        cursor = ""
        while True:
            with translated("looking a message up", may_repeat=True):
                page = (
                    self.client.conversations_replies(
                        ts=thread_ts, cursor=cursor or None, **asked
                    )
                    if thread_ts
                    else self.client.conversations_history(
                        cursor=cursor or None, **asked
                    )
                )
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return


def keys_of(message: dict[str, Any]) -> list[str]:
    """Return the post keys that a message carries."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return [str(payload.get("post_key", "")), *map(str, payload.get("post_keys", []))]
