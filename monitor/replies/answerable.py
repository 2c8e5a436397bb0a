"""Whether a mention can be answered from here, by whom it takes, and how long."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors import CanReply, Connector, Length, Replier
from monitor.config import Config
from monitor.models import Mention
from monitor.rules.declined import Declined
from monitor.rules.reply import hindrance, not_open, target
from monitor.rules.text import fit


class Unanswerable(Declined):
    """This mention cannot be answered from here; `can.url` is where it can."""

    def __init__(self, can: CanReply) -> None:
        super().__init__(can.reason)
        self.can = can


class TooLong(Declined):
    """The text is longer than its platform takes; `length` says by how much."""

    def __init__(self, length: Length) -> None:
        super().__init__(
            f"the reply has {length.used:,} {length.unit}, {length.limit:,} are allowed;"
            " shorten it"
        )
        self.length = length


@dataclass(frozen=True, slots=True)
class Answerable:
    """What brands and platforms allow. `connectors` are by source name."""

    connectors: Mapping[str, Connector]
    config: Config

    def can_reply(self, mention: Mention) -> CanReply:
        """Say whether a mention can be answered from here now, or why not and where."""
        can = self.allowed(mention)
        reason = not_open(mention) or can.reason
        return CanReply(can.ok and not reason, reason, can.url)

    def allowed(self, mention: Mention) -> CanReply:
        """Say the same, wherever the mention stands."""
        can = self._platform_can(mention)
        if reason := hindrance(mention, self.config.brand(mention.brand)):
            can = CanReply(ok=False, reason=reason, url=can.url)
        return CanReply(can.ok, "" if can.ok else can.reason, can.url or mention.url)

    def measure(self, mention: Mention, text: str) -> Length | None:
        """Return a reply's length as its platform counts; None: it takes none."""
        replier = self.replier(mention)
        if replier is None or not replier.can_reply(target(mention)).ok:
            return None
        return replier.measure(target(mention), text.strip())

    def checked(self, mention: Mention, text: str) -> str:
        """Return a text as it will be sent: as it was typed.

        Raises:
            Unanswerable, TooLong: what the platform does not take.
            ValueError: the text is empty.
        """
        words = text.strip()
        if not words:
            raise ValueError("the reply is empty; write one")
        if fit(words) != words:
            raise ValueError(
                "the reply holds a character nobody can keep; type it anew"
            )
        can = self.allowed(mention)
        if not can.ok:
            raise Unanswerable(can)
        length = self.measure(mention, words)
        if length and not length.fits:
            raise TooLong(length)
        return words

    def takes_replies(self, source: str) -> bool:
        return isinstance(self.connectors.get(source), Replier)

    def replier(self, mention: Mention) -> Replier | None:
        """Return the connector that answers on this mention's platform, if one can."""
        connector = self.connectors.get(mention.source)
        if isinstance(connector, Replier):
            return connector
        return None

    def _platform_can(self, mention: Mention) -> CanReply:
        if mention.source not in self.connectors:
            reason = f"source {mention.source} is no longer in config.yaml"
            return CanReply(ok=False, reason=reason)
        replier = self.replier(mention)
        if replier is None:
            reason = f"{mention.platform} takes no replies from here; answer it there"
            return CanReply(ok=False, reason=reason)
        return replier.can_reply(target(mention))
