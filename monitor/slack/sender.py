"""Cards and notices into Slack, each once. Rows first: the outbox calls, we send.

Slack knows no idempotency key. So each message carries its `post_key` in its metadata,
and what is unclear is looked up in the channel's history before any second try.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from connectors import Refused
from monitor.cards import Card, Note
from monitor.config import Config, Priority, SlackSettings
from monitor.rules.reminders import Word
from monitor.slack import layout, reminding
from monitor.slack.callees import Callees
from monitor.slack.channels import Channels
from monitor.slack.digest import Pictures
from monitor.slack.errors import translated
from monitor.slack.layout import Message
from monitor.slack.lookup import Lookup
from monitor.slack.pace import Pace
from monitor.slack.people import People
from monitor.slack.when import collected_at
from monitor.store import SlackRows

log = logging.getLogger(__name__)
OPS = "ops"
"""The lane of notices, whatever channels they go to."""
EVENT = "everyreply"


@dataclass(frozen=True, slots=True)
class Ref:
    """A message, as rows keep it: "C0123ABCD:1795356000.000100"."""

    channel: str
    ts: str

    @classmethod
    def of(cls, ref: str) -> "Ref":
        channel, _, ts = ref.partition(":")
        return cls(channel, ts)

    def __str__(self) -> str:
        return f"{self.channel}:{self.ts}"


@dataclass(frozen=True, slots=True)
class SlackSender:
    """Implements `monitor.outbox`'s Sender, Laned, Grouping and Noting over slack_sdk.

    And `monitor.deadlines`' Reminding.

    Every method raises what `monitor.slack.errors.translated` says.
    """

    client: WebClient
    config: Config
    settings: SlackSettings
    rows: SlackRows
    now: Callable[[], datetime]
    channels: Channels = field(init=False)
    pace: Pace = field(init=False)
    lookup: Lookup = field(init=False)
    people: People = field(init=False)
    callees: Callees = field(init=False)

    settle = timedelta(seconds=10)
    group_size = layout.GROUP_SIZE

    def __post_init__(self) -> None:
        object.__setattr__(self, "channels", Channels(self.client))
        object.__setattr__(self, "pace", Pace(self.now))
        object.__setattr__(self, "lookup", Lookup(self.client, self.rows))
        people = People(self.client, self.settings, self.now)
        object.__setattr__(self, "people", people)
        callees = Callees(self.client, self.settings.people, self.now)
        object.__setattr__(self, "callees", callees)

    def lane(self, brand: str | None) -> str:
        if brand is None:
            return OPS
        found = self.config.brand(brand)
        return (found.channel if found else None) or self.settings.channel

    def ready(self, lane: str) -> bool:
        return self.pace.ready(lane)

    def alert(self, card: Card, post_key: str) -> str:
        lane = self.lane(card.brand)
        return self._post(lane, lane, layout.alert(card), (post_key,))

    def update(self, card: Card, alert_ref: str, post_key: str) -> str:  # noqa: ARG002 - what is idempotent needs no key
        return self._update(self.lane(card.brand), alert_ref, layout.alert(card))

    def notice(self, text: str, post_key: str) -> str:
        """Tell the operator: in the ops channel, or where that is in trouble."""
        message = layout.notice(text)
        try:
            return self._post(OPS, self.settings.ops, message, (post_key,))
        except Refused:
            second = self.settings.second_ops_channel
            if second is None:
                raise
            return self._post(OPS, second, message, (post_key,))

    def find(self, post_key: str, since: datetime) -> str | None:
        return self.lookup.find(post_key, since)

    def waits_until(self, card: Card, since: datetime) -> datetime:
        return collected_at(card, since, self.settings.collect)

    def is_grouped(self, card: Card, waiting: int) -> bool:
        if card.priority is Priority.URGENT:
            return False
        is_burst = waiting >= self.settings.group_from
        collected = self.waits_until(card, self.now()) > self.now()
        return is_burst or (collected and waiting > 1)

    def group(self, cards: Sequence[Card], post_keys: Sequence[str]) -> str:
        lane = self.lane(cards[0].brand)
        return self._post(lane, lane, layout.group(cards), post_keys)

    def update_group(self, cards: Sequence[Card], ref: str, post_key: str) -> str:  # noqa: ARG002 - what is idempotent needs no key
        return self._update(self.lane(cards[0].brand), ref, layout.group(cards))

    def note(self, note: Note, alert_ref: str, post_key: str) -> str:
        """Say a word in a card's thread, and call whom it concerns."""
        message = layout.thread(note, note.card.platform, self._pings(note))
        lane = self.lane(note.card.brand)
        return self.thread(alert_ref, message, post_key, lane=lane)

    def _pings(self, note: Note) -> list[str]:
        """Return whom a note calls; not knowing them keeps no word from being said."""
        try:
            return [one for name in note.to for one in self.people.called(name)]
        except Refused as e:
            log.warning("nobody is called: %s", e)
            return []

    def thread(
        self,
        alert_ref: str,
        message: Message,
        post_key: str,
        *,
        lane: str = "",
        broadcast: bool = False,
    ) -> str:
        """Post below a card; `broadcast` shows it in the channel too."""
        above = Ref.of(alert_ref)
        below = {"thread_ts": above.ts, "reply_broadcast": broadcast}
        return self._post(
            lane or above.channel, above.channel, message, (post_key,), **below
        )

    def digest(self, body: Mapping[str, Any], above: str | None, post_key: str) -> str:
        """Post a digest to its channel with its charts, or its thread below `above`."""
        channel = str(body.get("channel") or self.settings.channel)
        files = body.get("files") or {}
        blocks = Pictures(self.client).placed(body["blocks"], files)
        below = {"thread_ts": Ref.of(above).ts} if above else {}
        message = Message(str(body["text"]), blocks)
        where = Ref.of(above).channel if above else channel
        return self._post(channel, where, message, (post_key,), **below)

    @property
    def remind_together(self) -> int:
        return self.settings.group_from

    def remind(self, words: Sequence[tuple[Word, Card]]) -> Callable[[str], str]:
        """Prepare a word below its card, or many in one message; see `reminding`."""
        return reminding.prepared(self, words)

    def post(self, channel: str, message: Message, post_key: str, lane: str) -> str:
        """Post a message that stands by itself."""
        return self._post(lane, channel, message, (post_key,))

    def permalink(self, ref: str) -> str:
        """Return the address of a message in Slack."""
        at = Ref.of(ref)
        with translated("asking for a link", may_repeat=True):
            answer = self.client.chat_getPermalink(channel=at.channel, message_ts=at.ts)
        return str(answer["permalink"])

    def _post(
        self,
        lane: str,
        channel: str,
        message: Message,
        post_keys: Sequence[str],
        **below: Any,
    ) -> str:
        channel_id = self.channels.id_of(channel)
        for key in post_keys:
            self.rows.posting(key, channel_id, self.now(), below.get("thread_ts"))
        self.pace.spend(lane)
        with translated(f"posting to {channel}", may_repeat=False):
            answer = self.client.chat_postMessage(
                channel=channel_id,
                text=message.text,
                blocks=message.blocks,
                metadata=_metadata(post_keys),
                unfurl_links=False,
                unfurl_media=False,
                **below,
            )
            return str(Ref(answer["channel"], answer["ts"]))

    def _update(self, lane: str, ref: str, message: Message) -> str:
        at = Ref.of(ref)
        self.pace.spend(lane)
        with translated(f"changing a card in {lane}", may_repeat=True):
            self.client.chat_update(
                channel=at.channel,
                ts=at.ts,
                text=message.text,
                blocks=message.blocks,
                # Without it Slack would read the text as people type it.
                parse="none",
            )
        return ref


def _metadata(post_keys: Sequence[str]) -> dict[str, Any]:
    """Return what a message is found by: keys only, for everybody can read it."""
    payload: dict[str, Any] = {"post_key": post_keys[0]}
    if len(post_keys) > 1:
        payload["post_keys"] = list(post_keys)
    return {"event_type": EVENT, "event_payload": payload}
