"""What goes wrong on the way: to a platform, and to the channel."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

from connectors import Unavailable
from tests.fakes.sender import FakeSender
from tests.fakes.server import Reply

KINDS = ("drop_before", "drop_after", "cut", "slow_down", "down", "gateway")
UNHEARD = ("drop_before", "slow_down", "down")


@dataclass
class Chaos:
    """Stands before one fake's answers: breaks some of them, for a while or once.

    `before` is called before each request is answered: the world goes on meanwhile.
    """

    answer: object
    dice: object
    clock: object
    before: object
    rate: float = 0.06
    calm: bool = False
    outage: tuple | None = None
    shown: Counter = field(default_factory=Counter)

    def __call__(self, request):
        self.clock.advance(seconds=self.dice.random())
        self.before()
        fault = self._fault()
        self.shown[fault] += 1
        if fault in UNHEARD:
            return self._unheard(fault)
        reply = self.answer(request)
        broken = {
            "drop_after": Reply(drop=True),
            "gateway": Reply(b"<html>bad gateway</html>", 502),
            "cut": replace(reply, cut=len(reply.body) // 2),
        }
        return broken.get(fault, reply)

    def _unheard(self, fault):
        """Answer without having done anything."""
        if fault == "drop_before":
            return Reply(drop=True)
        if fault == "down":
            return _error(503)
        return _error(429, **{"Retry-After": str(self.dice.randint(5, 900))})

    def break_down(self, minutes):
        """Answer nothing for some time."""
        until = self.clock.peek() + timedelta(minutes=minutes)
        self.outage = (self.dice.choice(UNHEARD), until)

    def _fault(self):
        if self.calm:
            return None
        if self.outage and self.clock.peek() < self.outage[1]:
            return self.outage[0]
        return self.dice.choice(KINDS) if self.dice.random() < self.rate else None


def _error(status, **headers):
    return Reply(json.dumps({"error": {"code": status}}).encode(), status, headers)


@dataclass
class LossyChannel(FakeSender):
    """The channel staff look into; it outlives every life of the program."""

    dice: object = None
    rate: float = 0.08
    calm: bool = False

    def _store(self, kind, what, post_key):
        fault = None
        if not self.calm and self.dice.random() < self.rate:
            fault = self.dice.choice(("before", "after", "busy"))
        if fault == "before":
            raise Unavailable("dropped", unclear=True)
        if fault == "busy":
            raise Unavailable("busy", retry_after=timedelta(minutes=2))
        self.drop_after = fault == "after"
        return super()._store(kind, what, post_key)
