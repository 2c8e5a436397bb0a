"""What handlers get: the rows, the replies, the people, and ways to say something."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from connectors import CanReply, ConnectorError, Length
from monitor.config import Config, SlackSettings
from monitor.models import Mention, ReplyRow
from monitor.rules.declined import Declined
from monitor.rules.press import Presser, hindrance
from monitor.rules.work import Rule
from monitor.slack.channels import Channels
from monitor.slack.errors import translated
from monitor.slack.inputs import Place
from monitor.slack.layout.message import Block, cut, escape
from monitor.slack.people import People, Who
from monitor.store import Exchange, Store

log = logging.getLogger(__name__)
DEFECT = (
    "That went wrong here, and it is in the log. Look at the card before you press "
    "again."
)
LONGEST = 2800


class Answers(Protocol):
    """What handlers ask of `monitor.replies`. Everything raised is a `Declined`, a
    LookupError or a ValueError whose message is for people."""

    def can_reply(self, mention: Mention) -> CanReply: ...

    def measure(self, mention: Mention, text: str) -> Length | None: ...

    def submit(
        self, mention_id: int, text: str, actor: str, *, needs_approval: bool = False
    ) -> ReplyRow: ...

    def approve(
        self, reply_id: int, approver: str, text: str | None = None
    ) -> ReplyRow: ...

    def send_back(self, reply_id: int, approver: str, reason: str) -> ReplyRow: ...

    def answered_elsewhere(
        self, mention_id: int, actor: str, url: str | None = None
    ) -> None: ...

    def history(
        self, author: str, platform: str, limit: int = 5
    ) -> Sequence[Exchange]: ...


@dataclass(frozen=True, slots=True)
class Seams:
    """What other parts do for `/everyreply` and the shortcut; None: not here.

    `digest` starts a digest and says in words what happens; `track` keeps a link with
    its text for a brand, asked for by a person, and says what became of it.
    """

    digest: Callable[[str], str] | None = None
    track: Callable[[str, str, str, str], str] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a handler may touch."""

    store: Store
    replies: Answers
    config: Config
    settings: SlackSettings
    client: WebClient
    people: People
    channels: Channels
    now: Callable[[], datetime]
    seams: Seams = field(default_factory=Seams)

    def mention(self, number: int) -> Mention:
        """Return the mention that a client names.

        Raises:
            Declined: there is none.
        """
        found = self.store.mentions.get(number)
        if found is None:
            raise Declined("that mention is not there any more")
        return found

    def reply(self, number: int) -> ReplyRow:
        """Return the reply that a client names.

        Raises:
            Declined: there is none.
        """
        found = self.store.replies.get(number)
        if found is None:
            raise Declined("that reply is not there any more")
        return found

    def admit(self, place: Place, mention_id: int | None = None) -> Who:
        """Return who pressed, if they may.

        Raises:
            Declined: they may not; the message says why.
            Unavailable, Refused: Slack cannot tell who they are.
        """
        who = self.people.who(place.user)
        policy = self.settings.may_press
        in_channel = None
        if policy == "channel":
            in_channel = any(
                self.people.in_channel(place.user, channel)
                for channel in self._channels(mention_id)
            )
        team = self.people.team()
        is_ours = who.team == team and place.team in ("", team)
        presser = Presser(who.email, is_ours, who.is_bot, in_channel)
        if why := hindrance(policy, self.settings.people, presser):
            raise Declined(why)
        return who

    def step(self, mention_id: int, rule: Rule) -> Mention:
        """Do what a rule says, or decline.

        Raises:
            Declined: the rule is against it, or there is no such mention.
        """
        try:
            return self.store.desk.step(mention_id, rule, self.now())
        except LookupError:
            raise Declined("that mention is not there any more") from None

    def tell(
        self, place: Place, words: str, blocks: Sequence[Block] | None = None
    ) -> None:
        """Say something to one person alone: where they pressed, or in person.

        `words` are mrkdwn. Nobody to hear it harms nobody.
        """
        said = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
        shown: dict[str, Any] = {"text": said} | ({"blocks": blocks} if blocks else {})
        try:
            if place.channel.startswith(("C", "G")) and self._whispered(place, shown):
                return
            with translated("telling somebody", may_repeat=True):
                opened = self.client.conversations_open(users=place.user)
                self.client.chat_postMessage(channel=opened["channel"]["id"], **shown)
        except Exception as e:  # noqa: BLE001 - what cannot be said is only a courtesy
            log.warning("somebody could not be told (%s)", type(e).__name__)

    def show(self, view_id: str, view: Block, hash_: str = "") -> None:
        """Put a view in the place of one that is open; who closed it misses nothing.

        Raises:
            Unavailable, Refused, Rejected: as every call.
        """
        given: dict[str, Any] = {"hash": hash_} if hash_ else {}
        with translated("changing a window", may_repeat=True):
            try:
                self.client.views_update(view_id=view_id, view=view, **given)
            except SlackApiError as e:
                if e.response.get("error") not in ("not_found", "hash_conflict"):
                    raise

    def redraw(self, place: Place, text: str, blocks: Sequence[Block]) -> None:
        """Change the message that was pressed; not knowing of it costs only beauty."""
        if not (place.channel and place.ts):
            return
        with suppress(SlackClientError, OSError):
            self.client.chat_update(
                channel=place.channel,
                ts=place.ts,
                text=text,
                blocks=list(blocks),
                parse="none",
            )

    def _whispered(self, place: Place, shown: dict[str, Any]) -> bool:
        """Say it in the channel, to them alone; False: they are not in it."""
        try:
            self.client.chat_postEphemeral(
                channel=place.channel, user=place.user, **shown
            )
        except SlackApiError:
            return False
        return True

    def _channels(self, mention_id: int | None) -> list[str]:
        """Return the channel of a mention's card; of no mention, those of all brands.

        Never the channel that a client names.
        """
        alert = self.store.outbox.alert_of(mention_id) if mention_id else None
        if alert and alert.ref:
            return [alert.ref.partition(":")[0]]
        mention = self.store.mentions.get(mention_id) if mention_id else None
        names = {
            brand.channel or self.settings.channel
            for brand in self.config.brands
            if mention is None or brand.name == mention.brand
        }
        return [self.channels.id_of(name) for name in sorted(names)]


def plainly(error: Exception, *, plain: bool = True) -> str:
    """Return what a person is told of a failure; never a traceback, never a secret.

    As plain text, or for mrkdwn.
    """
    if not isinstance(error, ConnectorError | Declined):
        return DEFECT
    said = _sentence(str(error))
    if isinstance(error, ConnectorError):
        said += " Press again in a moment."
    return said if plain else escape(said)


def _sentence(words: str) -> str:
    said = cut(words.strip(), 600)
    return f"{said[:1].upper()}{said[1:]}" + ("" if said.endswith((".", "!")) else ".")
