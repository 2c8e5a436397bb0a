"""Words about deadlines: planned in rows, said once, to whom they concern.

Row first, claim, send, adopt, as everything that leaves us.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.config import Config, Reminders
from monitor.deadlines.sender import Paced, Reminding
from monitor.deadlines.sending import Sending
from monitor.models import Mention, ReminderKind
from monitor.rules.reminders import chosen, escalation, planned
from monitor.store import Owed, Store


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Reminds of what is due, and calls whom the config names. All state is rows."""

    store: Store
    sender: Reminding
    config: Config
    now: Callable[[], datetime]

    def run(self) -> int:
        """Plan, settle what is unclear, say what is due; return how many were said.

        Any number of processes may do this at once, as often as they like.
        """
        self.plan()
        sending = Sending(self.store, self.sender, self.config, self.now)
        sending.reconcile()
        return sending.send()

    def plan(self) -> int:
        """Plan for every deadline that is new or has moved; return how many."""
        done = 0
        for mention, since in self.store.reminders.unplanned():
            if mention.id is not None and mention.due_at is not None:
                choose = self._choose(mention, since, mention.due_at)
                done += self.store.reminders.plan(mention.id, mention.due_at, choose)
        return done

    @property
    def settings(self) -> Reminders:
        slack = self.config.slack
        return slack.reminders if slack else Reminders()

    def _choose(
        self, mention: Mention, since: datetime, due_at: datetime
    ) -> Callable[[int], Collection[Owed]]:
        brand = self.config.brand(mention.brand)
        plan = planned(since, due_at, self.settings, brand)

        def choose(said: int) -> Collection[Owed]:
            kinds = chosen(plan, said, self.settings.most)
            return [
                Owed(one.kind, one.at, one.kind in kinds, channel)
                for one in plan
                for channel in self._places(one.kind, mention.brand)
            ]

        return choose

    def _places(self, kind: ReminderKind, brand: str) -> Iterator[str | None]:
        """Yield where a word stands: below the card, and in a channel of its own."""
        yield None
        _, channel = escalation(self.config.slack, brand)
        if kind is ReminderKind.ESCALATED and channel:
            yield channel


__all__ = ["Deadlines", "Paced", "Reminding"]
