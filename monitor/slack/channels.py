"""Channels by the names people write, and by the ids Slack wants."""

import re
import threading
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient

from connectors import Refused
from monitor.slack.errors import translated

_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
PAGE = 1000


@dataclass(slots=True)
class Channels:
    """Finds channels; asks Slack once, and again only for a name it does not know."""

    client: WebClient
    _ids: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def id_of(self, name: str) -> str:
        """Return the id of "#acme", or of what is an id already.

        Raises:
            Unavailable: Slack cannot be asked.
            Refused: the app sees no such channel.
        """
        if _ID.fullmatch(name):
            return name
        with self._lock:
            if name not in self._ids:
                self._ids |= {f"#{one['name']}": one["id"] for one in self.all()}
            if name not in self._ids:
                raise Refused(
                    f"{name}: the app sees no such channel; if it is private, invite "
                    "the app there: /invite @everyreply"
                )
            return self._ids[name]

    def all(self) -> list[dict[str, Any]]:
        """Return every channel that the app can see.

        Raises:
            Unavailable, Refused: as every call.
        """
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            with translated("looking for channels", may_repeat=True):
                page = self.client.conversations_list(
                    types="public_channel,private_channel",
                    exclude_archived=False,
                    limit=PAGE,
                    cursor=cursor or None,
                )
            found += page["channels"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return found
