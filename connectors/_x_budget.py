"""What X costs, and how much of the month's budget is left. Amounts: micro-dollars.

Prices: https://docs.x.com/x-api/getting-started/pricing. X bills a post once per UTC
day however often it is read; we count each time, so that we stop early, never late; but
not what a walk reads again right after it (`_x_walk.Walk.known`).
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from threading import Lock

from connectors.base import Caution, Meter, Unavailable
from connectors.durations import format_duration

WARN_AT = 0.8
OWNED_SHARE = 0.1


class SearchesRest(Unavailable):
    """What is left of the budget is kept for the account's own mentions."""


class Budget:
    """One source's dollars per month, from `day` to `day` in UTC.

    `keeps` says that the last of it is for owned reads alone: they are the cheaper
    ones, and whoever calls the account by name waits for an answer.
    """

    def __init__(
        self,
        dollars: float,
        day: int,
        meter: Meter,
        now: Callable[[], datetime],
        *,
        keeps: bool = False,
    ) -> None:
        self._kept = round(dollars * OWNED_SHARE * 1_000_000) if keeps else 0
        self._micros = round(dollars * 1_000_000)
        self._day = day
        self._meter = meter
        self._now = now
        self.turn = Lock()
        """Held from asking for room until it is paid: polls, notices and rechecks run
        side by side, and must not spend the same dollar."""

    def today(self) -> date:
        return self._now().astimezone(UTC).date()

    def started(self) -> date:
        """Return the day on which this month's budget began."""
        today = self.today()
        if today.day >= self._day:
            return today.replace(day=self._day)
        month = (today.month - 2) % 12 + 1
        return date(today.year - (month == 12), month, self._day)

    def resets(self) -> datetime:
        began = self.started()
        month = began.month % 12 + 1
        day = date(began.year + (month == 1), month, self._day)
        return datetime.combine(day, time(), UTC)

    def page(self, price: float, most: int, least: int, *, owned: bool = True) -> int:
        """Return how many units at `price` dollars may be read, at most `most`.

        Raises:
            Unavailable: not even `least` are left; until the reset.
            SearchesRest: they are left for owned reads only.
        """
        left = self._micros - self._meter.spent(self.started())
        if not owned:
            left -= self._kept
        unit = _micros(price)
        room = most if unit == 0 else min(most, left // unit)
        if room < least:
            raise self._spent() if owned or not self._kept else self._rests()
        return int(room)

    def check_spare(self, price: float, units: int) -> None:
        """Let rechecks use the first half of the budget alone: each post we keep is
        looked at for as long as we keep it, and new ones must still be read.

        Raises:
            Unavailable: these units would go beyond it; until the reset.
        """
        cost = units * _micros(price)
        if not cost or self._meter.spent(self.started()) + cost <= self._micros // 2:
            return
        resets = self.resets()
        raise Unavailable(
            f"half of the X budget of ${self._micros / 1e6:,.2f} is spent; the rest is "
            f"kept for reading, so posts are not looked at again until "
            f"{resets:%Y-%m-%d}; raise `budget` to go on",
            retry_after=resets - self._now(),
            tell=True,
        )

    def pay(self, what: str, units: int, price: float) -> None:
        if units:
            self._meter.add(what, units, units * _micros(price))

    def cautions(self) -> list[Caution]:
        began = self.started()
        spent = self._meter.spent(began)
        if spent < WARN_AT * self._micros:
            return []
        text = (
            f"X has cost ${spent / 1e6:,.2f} of the ${self._micros / 1e6:,.2f} budget; "
            f"{self._what_stops()}, until {self.resets():%Y-%m-%d}: "
            "raise `budget`, or search less often"
        )
        return [Caution(f"budget-80:{began:%Y-%m-%d}", text)]

    def _what_stops(self) -> str:
        if not self._kept:
            return "reading stops before it is passed"
        kept = f"${self._kept / 1e6:,.2f}"
        return f"searches stop at the last {kept} of it, mentions before it is passed"

    def _rests(self) -> SearchesRest:
        resets = self.resets()
        return SearchesRest(
            f"the X budget of ${self._micros / 1e6:,.2f} is spent but for the last "
            f"${self._kept / 1e6:,.2f}, which are kept for the account's mentions: "
            f"nothing is searched for until {resets:%Y-%m-%d}; raise `budget` to go on",
            retry_after=resets - self._now(),
            tell=True,
        )

    def _spent(self) -> Unavailable:
        resets = self.resets()
        wait = resets - self._now()
        return Unavailable(
            f"the X budget of ${self._micros / 1e6:,.2f} is spent until "
            f"{resets:%Y-%m-%d} ({format_duration(wait)}); raise `budget` to go on",
            retry_after=wait,
            tell=True,
        )


def _micros(dollars: float) -> int:
    return round(dollars * 1_000_000)
