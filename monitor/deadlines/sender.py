"""What a sender must be able to do so that people can be reminded."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, runtime_checkable

from monitor.cards import Card
from monitor.rules.reminders import Word

Post: TypeAlias = Callable[[str], str]
"""Says a word under a `post_key`, and returns what the other side calls the message."""


@runtime_checkable
class Reminding(Protocol):
    """Where words about deadlines go: Slack, or the console.

    Every method, and what `remind` returns, raises `Unavailable` (what it returns with
    `unclear` where the word may have arrived all the same), `Refused`, or `Gone` where
    somebody deleted the card.
    """

    @property
    def settle(self) -> timedelta:
        """Return how long a message may take to be found after it arrived."""
        ...

    @property
    def remind_together(self) -> int:
        """Return from how many words on, due at once in one place, they are one."""
        ...

    def remind(self, words: Sequence[tuple[Word, Card]]) -> Post:
        """Prepare one word below its card, or many of one place in one message.

        All that must be asked is asked here, so that saying it is one short call.
        """
        ...

    def find(self, post_key: str, since: datetime) -> str | None:
        """Return the message that carries `post_key`, if it arrived."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A sender with a queue per channel: one that waits holds up no other."""

    def lane(self, brand: str | None) -> str: ...

    def ready(self, lane: str) -> bool: ...
