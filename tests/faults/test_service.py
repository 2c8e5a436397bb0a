"""The running service: stopped, killed, held up, misled, and given a new config."""

import json
import signal
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.models import Status
from monitor.store import Filter
from tests.faults.posts import make

pytestmark = pytest.mark.slow

BRANDS = """
  - name: Acme
    keywords: [acme]
  - name: Bolt
    keywords: [bolt]
"""
MANY = 20
"""Ticks after which a thing that was going to happen would have."""
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def post(number, text):
    return {"id": str(number), "text": text, "author": "ann"}


@pytest.fixture
def service(bot, world, tmp_path):
    """A service over the world's sources, not yet configured."""
    world.page = 100
    bot.order = replace(bot.order, config=str(tmp_path / "config.yaml"))
    return bot


def configure(bot, sources, brands=BRANDS):
    """Write config.yaml, whole at once; `sources` maps names to intervals."""
    listed = "".join(
        f"  - {{type: file, name: {name}, path: unused, every: {every}}}\n"
        for name, every in sources.items()
    )
    url = json.dumps(bot.order.url)
    text = f"brands:{brands}\nsources:\n{listed}\ndatabase:\n  url: {url}\n"
    path = Path(bot.order.config)
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


def beat(world, seconds=2):
    """Let the clock run, and the source "beat" be due at every tick."""
    world.posts["beat"] = []
    world.let_time_pass(seconds)


def wait_ticks(world, count=MANY):
    goal = world.polls["beat"] + count
    world.wait(lambda: world.polls["beat"] >= goal, f"{count} ticks")


def stop(worker):
    worker.signal(signal.SIGTERM)
    assert worker.ended() == 0


def wait_alerts(world, count):
    world.wait(lambda: len(world.of("alert")) >= count, f"{count} alerts")


@one_database
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_service_with_exit_code_0(service, world, store, number, capfd):
    world.posts["calm"] = [post(1, "acme is bad")]
    configure(service, {"calm": "5m"})
    worker = service.start()
    wait_alerts(world, 1)

    worker.signal(number)

    assert worker.ended() == 0
    assert store.audit().problems == ()
    assert len(world.of("alert")) == 1
    assert "Traceback" not in capfd.readouterr().err


def test_killed_service_goes_on_where_it_was(service, world, store):
    world.posts = {name: [make(n) for n in range(1_000)] for name in "abc"}
    configure(service, dict.fromkeys("abc", "5m"))
    for kill in range(1, 6):
        worker = service.start()
        wait_alerts(world, kill * 20)
        assert worker.kill() == -9

    worker = service.start()
    wait_alerts(world, 150)
    stop(worker)

    assert store.audit().problems == ()
    for at in store.sources.all():
        assert (at.cursor, at.posts_seen) == ({"at": 1_000}, 1_000)
    told = Counter(one.post_key for one in world.of("alert"))
    assert set(told.values()) == {1}
    open_ = store.mentions.find(Filter(status=Status.OPEN))
    assert set(told) == {f"alert:{one.id}" for one in open_}


@one_database
def test_slow_source_delays_no_other_and_is_polled_once_at_a_time(
    service, world, store
):
    beat(world, seconds=600)  # the slow one is due again at each tick, too
    world.posts |= {"slow": [post(1, "acme")], "fast": [post(2, "bolt")]}
    world.held["slow"] = threading.Event()
    configure(service, {"slow": "5m", "fast": "5m", "beat": "1s"})
    worker = service.start()

    wait_ticks(world)

    assert (world.polls["slow"], world.inside["slow"]) == (1, 1)
    assert world.polls["fast"] > 1
    assert [one.text for one in world.of("alert")] == ["bolt"]
    world.held["slow"].set()
    wait_alerts(world, 2)
    stop(worker)
    assert max(world.most_inside.values()) == 1
    assert store.audit().problems == ()


@one_database
def test_missed_ticks_are_caught_up_once(service, world):
    beat(world)
    world.posts["calm"] = [post(1, "acme")]
    configure(service, {"calm": "1h", "beat": "1s"})
    worker = service.start()
    wait_alerts(world, 1)
    worker.signal(signal.SIGSTOP)
    world.clock.advance(hours=30)
    polls = world.polls["calm"]
    worker.signal(signal.SIGCONT)

    wait_ticks(world)

    stop(worker)
    assert world.polls["calm"] == polls + 1


@one_database
def test_poisoned_post_holds_up_neither_its_source_nor_others(service, world, store):
    world.posts = {
        "sick": [post(1, "acme poison"), post(2, "acme is bad")],
        "well": [post(3, "bolt is bad")],
    }
    configure(service, {"sick": "5m", "well": "5m"})
    worker = service.start()

    wait_alerts(world, 2)

    stop(worker)
    assert {one.text for one in world.of("alert")} == {"acme is bad", "bolt is bad"}
    assert [one.place for one in store.sources.set_aside()] == ["sick post 1"]
    assert store.audit().problems == ()


@one_database
def test_source_with_a_defect_is_postponed_and_the_others_go_on(
    service, world, store, clock
):
    beat(world, seconds=30)
    world.posts |= {"buggy": [post(1, "a bug")], "well": [post(2, "acme")]}
    configure(service, {"buggy": "1m", "well": "5m", "beat": "1s"})
    worker = service.start()

    world.wait(lambda: world.of("notice"), "a notice")
    wait_ticks(world)

    at = store.sources.checkpoint("buggy", clock())
    assert at.failures >= 3
    assert at.next_poll_at - at.last_poll_at == timedelta(
        minutes=2 ** (at.failures - 1)
    )
    assert at.cursor is None
    assert "ValueError" in at.error
    [told] = world.of("notice")
    assert told.text.startswith("buggy has failed 3 times")
    world.posts["buggy"] = [post(1, "acme is back")]
    world.clock.advance(hours=12)
    wait_alerts(world, 2)
    stop(worker)
    assert store.audit().problems == ()


@one_database
def test_changed_config_is_applied_and_an_invalid_one_is_told_once(
    service, world, store
):
    beat(world)
    world.posts["calm"] = [post(1, "acme and bolt and cog")]
    sources = {"calm": "1h", "beat": "1s"}
    configure(service, sources)
    worker = service.start()
    wait_alerts(world, 2)

    configure(service, sources, BRANDS + "    keyword: [cog]\n")
    world.wait(lambda: world.of("notice"), "a notice")
    world.posts["calm"].append(post(2, "bolt and cog"))
    world.clock.advance(hours=2)
    wait_alerts(world, 3)
    wait_ticks(world)
    [told] = world.of("notice")
    assert 'did you mean "keywords"' in told.text
    assert len(world.of("alert")) == 3

    cog = "  - name: Cog\n    keywords: [cog]\n"
    world.posts["late"] = [post(3, "cog is good")]
    configure(service, sources | {"late": "1h"}, BRANDS + cog)
    wait_alerts(world, 4)
    assert world.of("alert")[-1].text == "cog is good"

    configure(service, {"beat": "1s"}, BRANDS + cog)
    wait_ticks(world)
    polls = world.polls["calm"]
    world.clock.advance(hours=9)
    wait_ticks(world)
    assert world.polls["calm"] == polls
    stop(worker)
    assert len(world.of("notice")) == 1
    assert store.audit().problems == ()


@one_database
def test_config_whose_source_cannot_be_connected_is_told_and_the_old_one_stays(
    service, world
):
    beat(world)
    world.posts["calm"] = [post(1, "acme")]
    sources = {"calm": "1h", "beat": "1s"}
    configure(service, sources)
    worker = service.start()
    wait_alerts(world, 1)

    configure(service, sources | {"unusable": "1h"})
    world.wait(lambda: world.of("notice"), "a notice")
    world.posts["calm"].append(post(2, "bolt"))
    world.clock.advance(hours=2)
    wait_alerts(world, 2)
    wait_ticks(world)

    stop(worker)
    [told] = world.of("notice")
    assert told.text.endswith("is not applied: unusable has no token; make one")
