"""Who is who: Slack's ids, e-mail addresses, and the people of config.yaml."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from monitor.config import Person, SlackSettings
from monitor.rules.press import emails, handle
from monitor.rules.text import harmless_line
from monitor.slack.errors import translated

KEPT = timedelta(hours=24)
"""How long we believe what Slack said of a person."""
MEMBERS_KEPT = timedelta(minutes=5)
"""The same for who is in a channel: whoever leaves it soon may no longer press."""
PAGE = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Who:
    """A person in Slack. `name` is what cards and events call them."""

    user_id: str
    name: str
    email: str = ""
    team: str = ""
    is_bot: bool = False
    person: Person | None = None

    @property
    def is_junior(self) -> bool:
        return self.person is not None and self.person.junior


@dataclass(slots=True)
class People:
    """Asks Slack once a day for each person. In memory: a restart asks again."""

    client: WebClient
    settings: SlackSettings
    now: Callable[[], datetime]
    _kept: dict[tuple[str, str], tuple[datetime, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def who(self, user_id: str) -> Who:
        """Return the person behind a Slack id.

        Raises:
            Unavailable, Refused: Slack cannot tell now.
        """
        return self._cached(("user", user_id), KEPT, lambda: self._ask(user_id))

    def id_of(self, email: str) -> str | None:
        """Return the Slack id behind an e-mail address; None: Slack knows nobody.

        Raises:
            Unavailable, Refused: Slack cannot tell now.
        """
        return self._cached(("email", email), KEPT, lambda: self._look_up(email))

    def team(self) -> str:
        """Return the id of our workspace."""

        def ask() -> str:
            with translated("asking who we are", may_repeat=True):
                return str(self.client.auth_test()["team_id"])

        return self._cached(("team", ""), KEPT, ask)

    def in_channel(self, user_id: str, channel: str) -> bool:
        """Say whether somebody is a member of a channel, given by its id."""
        members = self._cached(
            ("channel", channel), MEMBERS_KEPT, lambda: self._members(channel)
        )
        return user_id in members

    def called(self, name: str) -> Sequence[str]:
        """Return the Slack ids that a name notifies: a user group's, or people's.

        `name` is a group, a person's name, or an e-mail address. Nobody: nothing.
        """
        if group := handle(self.settings, name):
            found = self.group_id(group)
            return [found] if found else []
        if "@" not in name and name not in self.settings.called:
            known = self.named(name)
            return [known] if known else []
        ids = [self.id_of(email) for email in emails(self.settings, name)]
        return [one for one in ids if one]

    def members_of(self, name: str) -> Sequence[str]:
        """Return the Slack ids of the people behind a name, also of a user group."""
        group = handle(self.settings, name)
        found = self.group_id(group) if group else None
        if found is None:
            return [one for one in self.called(name) if one.startswith(("U", "W"))]
        return self._cached(
            ("members", found), MEMBERS_KEPT, lambda: self._group_users(found)
        )

    def named(self, name: str) -> str | None:
        """Return the Slack id of somebody by the name that cards call them."""
        for person in self.settings.people:
            if person.name == name:
                return self.id_of(person.email)
        with self._lock:
            kept = [one for (kind, _), (_, one) in self._kept.items() if kind == "user"]
        return next((who.user_id for who in kept if who.name == name), None)

    def group_id(self, group: str) -> str | None:
        """Return the id of a Slack user group by its handle, "@social-leads"."""
        if not group.startswith("@"):
            return group
        groups = self._cached(("groups", ""), KEPT, self._groups)
        return groups.get(group.removeprefix("@"))

    def _ask(self, user_id: str) -> Who:
        with translated("asking who somebody is", may_repeat=True):
            user = self.client.users_info(user=user_id)["user"]
        profile = user.get("profile") or {}
        email = str(profile.get("email") or "").casefold()
        person = next((p for p in self.settings.people if p.email == email), None)
        return Who(
            user_id=user_id,
            name=self._name(user, profile, person, email),
            email=email,
            team=str(user.get("team_id") or ""),
            is_bot=bool(user.get("is_bot") or user.get("deleted")),
            person=person,
        )

    def _name(
        self,
        user: dict[str, Any],
        profile: dict[str, Any],
        person: Person | None,
        email: str,
    ) -> str:
        """Return what to call somebody: nobody else is called the same here."""
        if person and person.name:
            return person.name
        given = (profile.get("real_name"), user.get("real_name"), user.get("name"))
        name = harmless_line(str(next(filter(None, given), ""))) or str(user["id"])
        if name in {p.name for p in self.settings.people}:
            return f"{name} ({email or user['id']})"
        return name

    def _look_up(self, email: str) -> str | None:
        with translated("looking somebody up", may_repeat=True):
            try:
                return str(self.client.users_lookupByEmail(email=email)["user"]["id"])
            except SlackApiError as e:
                if e.response.get("error") == "users_not_found":
                    return None
                raise

    def _members(self, channel: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        while True:
            with translated("asking who is in a channel", may_repeat=True):
                page = self.client.conversations_members(
                    channel=channel, limit=PAGE, cursor=cursor or None
                )
            found.update(page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return frozenset(found)

    def _groups(self) -> dict[str, str]:
        with translated("asking for user groups", may_repeat=True):
            groups = self.client.usergroups_list()["usergroups"]
        return {one["handle"]: one["id"] for one in groups}

    def _group_users(self, group: str) -> list[str]:
        with translated("asking who is in a group", may_repeat=True):
            return list(self.client.usergroups_users_list(usergroup=group)["users"])

    def _cached(self, key: tuple[str, str], kept: timedelta, ask: Callable[[], T]) -> T:
        with self._lock:
            at, known = self._kept.get(key, (None, None))
        if at is not None and self.now() - at < kept:
            return cast("T", known)
        found = ask()
        with self._lock:
            self._kept[key] = (self.now(), found)
        return found
