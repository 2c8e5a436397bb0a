"""Whom a reminder calls, as Slack's ids: by e-mail address, user group or name."""

import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_sdk import WebClient

from connectors import Refused
from monitor.config import Person
from monitor.slack.errors import Rejected, translated

log = logging.getLogger(__name__)
_ID = re.compile(r"[UWS](?=[A-Z]*[0-9])[A-Z0-9]{6,}")
"""Ids have a digit somewhere; SAMANTHA is a name."""
KEPT = timedelta(days=1)
UNKNOWN = timedelta(minutes=10)
"""How long we remember that Slack does not know somebody: they may be invited."""


@dataclass(slots=True)
class Callees:
    """Finds people and groups; asks Slack once a day for each."""

    client: WebClient
    people: Sequence[Person]
    now: Callable[[], datetime]
    _known: dict[str, tuple[str | None, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ids(self, names: Iterable[str]) -> list[str]:
        """Return the ids of those whom Slack knows, each once.

        A name is an e-mail address, "@group", an id, or how config.yaml calls a person.

        Raises:
            Unavailable: Slack cannot be asked now.
        """
        with self._lock:
            found = [self._id_of(name) for name in names]
        return list(dict.fromkeys(one for one in found if one))

    def _id_of(self, name: str) -> str | None:
        if _ID.fullmatch(name):
            return name
        kept, until = self._known.get(name, (None, self.now()))
        if until > self.now():
            return kept
        found = self._asked(name)
        self._known[name] = (found, self.now() + (KEPT if found else UNKNOWN))
        return found

    def _asked(self, name: str) -> str | None:
        """Ask Slack; that it does not know somebody must not keep a word unsaid."""
        try:
            return self._group(name) if name.startswith("@") else self._person(name)
        except Rejected:
            log.warning("Slack knows no %s; reminders cannot ping them", name)
        except Refused as e:
            log.warning("%s cannot be pinged: %s", name, e)
        return None

    def _person(self, name: str) -> str | None:
        email = next(
            (one.email for one in self.people if one.name and one.name == name), name
        )
        if "@" not in email:
            return None
        with translated(f"looking for {email}", may_repeat=True):
            answer = self.client.users_lookupByEmail(email=email)
        return str(answer["user"]["id"])

    def _group(self, handle: str) -> str | None:
        with translated("looking for user groups", may_repeat=True):
            answer = self.client.usergroups_list()
        groups = {str(one["handle"]): str(one["id"]) for one in answer["usergroups"]}
        return groups.get(handle.removeprefix("@"))
