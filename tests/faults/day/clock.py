"""The time of the simulated day, and the moment at which the program is killed."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 10, 6, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here: nothing after this line is run."""


class DayClock:
    """`clock()` is what the program asks, and may be the last thing it does."""

    def __init__(self):
        self.time = START
        self.looks_left = None

    def __call__(self):
        if self.looks_left is not None:
            self.looks_left -= 1
            if self.looks_left < 0:
                self.looks_left = None
                raise Killed
        return self.time

    def peek(self):
        """Return the time as the world has it."""
        return self.time

    def advance(self, **delta):
        self.time += timedelta(**delta)

    def kill_after(self, looks):
        """Kill the program at its so many-th look at the clock from now."""
        self.looks_left = looks
