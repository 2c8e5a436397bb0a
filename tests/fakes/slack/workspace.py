"""What the fake Slack remembers: people, channels, messages, files, views, presses."""

import itertools
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.fakes.slack.faults import Fault, Faults, SlackError
from tests.fakes.slack.pings import pings
from tests.fakes.slack.rates import Rates
from tests.fakes.slack.socket import Sockets

SCOPES = (
    "chat:write", "channels:history", "groups:history", "channels:read", "groups:read",
    "channels:join", "im:write", "users:read", "users:read.email", "usergroups:read",
    "files:write", "files:read", "commands",
)  # fmt: skip


@dataclass
class Channel:
    id: str
    name: str
    is_member: bool = True
    is_archived: bool = False
    is_private: bool = False
    members: list = field(default_factory=list)
    messages: list = field(default_factory=list)
    hidden: int = 0
    """How many of the newest messages history does not show yet."""

    def shown(self):
        known = ("id", "name", "is_member", "is_archived", "is_private")
        return {name: getattr(self, name) for name in known} | {"is_channel": True}


class Workspace:
    """One workspace with one app. Everything a test may ask or break is here."""

    def __init__(self, clock=None):
        self.clock = clock or (lambda: datetime.now(UTC))
        self.lock = threading.RLock()
        self.bot_token = "xoxb-fake-bot-token"  # noqa: S105 - opens nothing
        self.app_token = "xapp-fake-app-token"  # noqa: S105 - opens nothing
        self.scopes = set(SCOPES)
        self.revoked = False
        self.bot_id, self.bot_user, self.team = "B0FAKEBOT", "U0FAKEBOT", "T0FAKE"
        self.channels, self.users, self.groups = {}, {}, {}
        self.files, self.views, self.homes, self.ephemeral = {}, {}, {}, []
        self.triggers, self.calls = {}, []
        self.faults, self.rates = Faults(), Rates(self.clock)
        self.sockets = Sockets(self)
        self.port = 0
        self._numbers = itertools.count(1)
        self._last_ts = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/api/"

    def number(self):
        return next(self._numbers)

    def now(self):
        return self.clock().timestamp()

    # What a test arranges.

    def add_channel(self, name, **more):
        channel = Channel(id=f"C0{len(self.channels):07d}", name=name, **more)
        self.channels[channel.id] = channel
        return channel

    def add_user(self, name, email, tz="Europe/Amsterdam", **more):
        number = f"U0{len(self.users):07d}"
        profile = {"email": email, "real_name": name, "display_name": name}
        user = {"id": number, "name": name.lower(), "real_name": name, "tz": tz}
        self.users[number] = user | {"team_id": self.team, "profile": profile} | more
        return number

    def break_next(self, how, **more):
        self.faults.waiting.append(Fault(how, **more))

    # What a test looks at.

    def named(self, name):
        return next(c for c in self.channels.values() if name in (c.name, c.id))

    def messages(self, name):
        """Return a channel's messages outside of threads, oldest first."""
        return [m for m in self.named(name).messages if _stands_alone(m)]

    def thread(self, name, ts):
        return [m for m in self.named(name).messages if m.get("thread_ts") == ts]

    def all_messages(self):
        return [m for c in self.channels.values() for m in c.messages]

    def pinged(self):
        return [one for message in self.all_messages() for one in pings(message)]

    def of(self, method):
        return [args for name, args in self.calls if name == method]

    # What methods share.

    def new_ts(self):
        """Return a time no other message has; like Slack's, in microseconds."""
        wanted = round(self.now() * 1_000_000)
        self._last_ts = max(wanted, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def channel(self, wanted, *, to_write=False):
        """Return a channel by id (or, for posts, by #name) or what Slack says."""
        found = self.channels.get(wanted)
        if found is None and to_write:
            names = {c.name: c for c in self.channels.values()}
            found = names.get(str(wanted).removeprefix("#"))
        if found is None or (found.is_private and not found.is_member):
            raise SlackError("channel_not_found")
        return found

    def message(self, channel, ts):
        found = next((m for m in channel.messages if m["ts"] == ts), None)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def trigger(self):
        number = f"{self.number()}.{self.number()}.fake"
        self.triggers[number] = self.clock()
        return number

    def spend_trigger(self, trigger):
        if trigger not in self.triggers:
            raise SlackError("invalid_trigger_id")
        at = self.triggers[trigger]
        if at is None:
            raise SlackError("exchanged_trigger_id")
        if (self.clock() - at).total_seconds() > 3:
            raise SlackError("expired_trigger_id")
        self.triggers[trigger] = None


def _stands_alone(message):
    is_reply = message.get("thread_ts") not in (None, message["ts"])
    return not is_reply or message.get("reply_broadcast")
