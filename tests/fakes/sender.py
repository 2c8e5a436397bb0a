"""The other side of the outbox: remembers messages, loses connections on demand."""

from dataclasses import dataclass, field
from datetime import timedelta

from connectors import Unavailable


@dataclass
class FakeSender:
    """`fault` is raised once: before the message is stored, or after."""

    messages: list = field(default_factory=list)
    error: Exception | None = None
    drop_after: bool = False
    settle: timedelta = timedelta(0)

    def alert(self, card, post_key):
        return self._store("alert", card, post_key)

    def update(self, card, alert_ref, post_key):
        return self._store("update", card, post_key)

    def notice(self, text, post_key):
        return self._store("notice", text, post_key)

    def find(self, post_key, since):
        keys = [key for _, key, _ in self.messages]
        return f"ts-{keys.index(post_key)}" if post_key in keys else None

    def of(self, kind):
        return [what for one, _, what in self.messages if one == kind]

    def _store(self, kind, what, post_key):
        if self.error:
            raise self.error
        self.messages.append((kind, post_key, what))
        if self.drop_after:
            self.drop_after = False
            raise Unavailable("connection dropped", unclear=True)
        return f"ts-{len(self.messages) - 1}"
