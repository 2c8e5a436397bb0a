"""A sender that says words about deadlines, and loses connections on demand."""

from dataclasses import dataclass, field
from datetime import timedelta

from connectors import Unavailable


class Killed(BaseException):
    """The process died here: nothing of it is caught, noted or undone."""


@dataclass
class FakeReminding:
    """Keeps what was said as (post_key, [(word, card), ...])."""

    said: list = field(default_factory=list)
    before: Exception | None = None
    after: BaseException | None = None
    unprepared: Exception | None = None
    settle: timedelta = timedelta(0)
    remind_together: int = 10

    def remind(self, words):
        if self.unprepared:
            raise self.unprepared

        def say(post_key):
            if self.before:
                raise self.before
            self.said.append((post_key, list(words)))
            after, self.after = self.after, None
            if after:
                raise after
            return f"r-{len(self.said) - 1}"

        return say

    def find(self, post_key, since):
        keys = [key for key, _ in self.said]
        return f"r-{keys.index(post_key)}" if post_key in keys else None

    def drop(self):
        """Lose the next answer after the word is out."""
        self.after = Unavailable("connection dropped", unclear=True)

    @property
    def kinds(self):
        return [word.kind.value for _, words in self.said for word, _ in words]
