"""All platforms at once, in the time of the wall."""

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from random import Random

from tests.fakes.server import serving
from tests.faults.day import towns

KINDS = (
    towns.XTown, towns.RedditTown, towns.BusinessTown, towns.PlayTown,
    towns.AppStoreTown, towns.FeedTown, towns.TrustpilotTown,
)  # fmt: skip


class WallClock:
    def peek(self):
        return datetime.now(UTC)


@contextmanager
def open_towns():
    """Give every platform by name, each on its own port."""
    with ExitStack() as things:
        found = [_open(kind, things) for kind in KINDS]
        yield {town.name: town for town in found}


def _open(kind, things):
    server = things.enter_context(serving())
    town = kind(server, WallClock())
    answer = server.answer

    def answer_now(request):
        town.tick()
        return answer(request)

    server.answer = answer_now
    return town


def publish(town, number):
    """Let somebody write to the brand; return the post's id."""
    at = town.clock.peek()
    dice = Random(number)  # noqa: S311 - no secret
    text = f"acme number {number} is broken"
    return town.publish(f"user{number}", text, at, dice)
