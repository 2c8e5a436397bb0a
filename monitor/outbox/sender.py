"""What delivers must be able to do for us: one protocol, and two further abilities."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from monitor.cards import Card, Note


class Sender(Protocol):
    """Where cards go: Slack, or the console.

    Every method raises `Unavailable` (with `unclear` where it may have arrived all
    the same) or `Refused`; each returns what the other side calls the message.
    `update` raises `Gone` where somebody deleted the card. `settle` is how long a
    message may take to be found after it arrived.
    """

    @property
    def settle(self) -> timedelta: ...

    def alert(self, card: Card, post_key: str) -> str: ...

    def update(self, card: Card, alert_ref: str, post_key: str) -> str: ...

    def notice(self, text: str, post_key: str) -> str: ...

    def find(self, post_key: str, since: datetime) -> str | None:
        """Return the message that carries `post_key`, if it arrived."""
        ...


@runtime_checkable
class Laned(Protocol):
    """A sender with a queue per channel: one that waits holds up no other."""

    def lane(self, brand: str | None) -> str:
        """Return the queue of a brand's cards; of notices, for None."""
        ...

    def ready(self, lane: str) -> bool:
        """Say whether the channel takes another message now."""
        ...


@runtime_checkable
class Grouping(Protocol):
    """A sender that shows several cards in one message. Each keeps its own row."""

    @property
    def group_size(self) -> int:
        """Return how many cards one message holds at most."""
        ...

    def waits_until(self, card: Card, since: datetime) -> datetime:
        """Return when a card owed `since` then is to be shown: at once, or collected."""
        ...

    def is_grouped(self, card: Card, waiting: int) -> bool:
        """Say whether a card goes out with others, `waiting` being due beside it."""
        ...

    def group(self, cards: Sequence[Card], post_keys: Sequence[str]) -> str: ...

    def update_group(self, cards: Sequence[Card], ref: str, post_key: str) -> str: ...


@runtime_checkable
class Digesting(Protocol):
    """A sender that shows digests."""

    def digest(self, body: Mapping[str, Any], above: str | None, post_key: str) -> str:
        """Show a digest's message, or one of its thread below `above`.

        `body` has channel, text, blocks, and maybe `files`: charts' pictures by the
        name that an image block carries as `chart`.
        """
        ...


@runtime_checkable
class Noting(Protocol):
    """A sender whose cards have threads. Where there are none, notes are not owed."""

    def note(self, note: Note, alert_ref: str, post_key: str) -> str: ...
