"""Which due rows go out together. Each keeps its row; only the message is shared."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from monitor.cards import Card
from monitor.models import Mention, Outbox
from monitor.outbox.sender import Grouping


@dataclass(frozen=True, slots=True)
class Owed:
    """A due row, the lane it goes through, and its mention as it was just read."""

    row: Outbox
    lane: str
    mention: Mention | None


def bundles(
    owed: Sequence[Owed],
    sender: Grouping,
    shown: Callable[[Owed], Card | None],
    is_early: Callable[[Outbox, Card], bool],
) -> Iterator[list[Owed]]:
    """Yield rows in their order; of a burst's cards as many as one message holds.

    A group goes out where its most pressing card would have.
    """
    cards = {one.row.post_key: shown(one) for one in owed}
    left = []
    for one in owed:
        card = cards[one.row.post_key]
        if card is None or not is_early(one.row, card):
            left.append(one)
    waiting = Counter(one.lane for one in left if cards[one.row.post_key])

    def is_grouped(one: Owed) -> bool:
        card = cards[one.row.post_key]
        return card is not None and sender.is_grouped(card, waiting[one.lane])

    grouped = {one.row.post_key for one in left if is_grouped(one)}
    taken: set[str] = set()
    for at, one in enumerate(left):
        if one.row.post_key in taken:
            continue
        together = [one]
        if one.row.post_key in grouped:
            together += _alike(left[at + 1 :], one.lane, grouped - taken)
        together = together[: sender.group_size]
        taken.update(each.row.post_key for each in together)
        yield together


def _alike(rest: Sequence[Owed], lane: str, keys: set[str]) -> list[Owed]:
    return [one for one in rest if one.lane == lane and one.row.post_key in keys]
