"""Rate limits as Slack has them, by the test's clock. Off until asked for."""

import math

TIERS = {
    "chat.update": 50, "conversations.history": 50, "conversations.replies": 50,
    "conversations.list": 20, "users.lookupByEmail": 50, "users.info": 100,
    "views.open": 100, "views.update": 100, "views.push": 100, "views.publish": 100,
    "chat.postEphemeral": 100, "conversations.info": 50, "chat.getPermalink": 300,
}  # fmt: skip
BURST = 4


class Rates:
    def __init__(self, clock):
        self.clock = clock
        self.are_on = False
        self.refusals = 0
        self._left = {}

    def wait(self, method, channel):
        """Return the seconds this call must wait; 0 lets it through."""
        if not self.are_on:
            return 0
        if method == "chat.postMessage":
            return self._take((method, channel), 1.0, BURST)
        if method in TIERS:
            return self._take((method,), TIERS[method] / 60, TIERS[method])
        return 0

    def _take(self, key, per_second, most):
        now = self.clock()
        left, at = self._left.get(key, (most, now))
        left = min(most, left + (now - at).total_seconds() * per_second)
        if left < 1:
            self._left[key] = (left, now)
            self.refusals += 1
            return math.ceil((1 - left) / per_second)
        self._left[key] = (left - 1, now)
        return 0
