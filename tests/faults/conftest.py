from dataclasses import dataclass, replace

import pytest

from monitor.store import Database
from tests.faults.nursery import Nursery, Worker
from tests.faults.worker import Order
from tests.faults.world import SharedClock, World


@pytest.fixture(scope="session")
def all_workers():
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def world(tmp_path):
    made = World(SharedClock.starting(tmp_path / "clock"))
    yield made
    made.close()


@dataclass
class Bot:
    """The bot over one database, in as many lives as the test gives it."""

    nursery: Nursery
    world: World
    order: Order

    def start(self, stop_at: tuple[str, int] | None = None) -> Worker:
        """Start it again, a minute later: claims of the last life are stale."""
        self.world.clock.advance(seconds=60)
        return self.nursery.start(replace(self.order, stop_at=stop_at))


@pytest.fixture
def bot(all_workers, world, database: Database):
    url = database.engine.url.render_as_string(hide_password=False)
    yield Bot(all_workers, world, Order(url, world.port, str(world.clock.path)))
    all_workers.clear()
