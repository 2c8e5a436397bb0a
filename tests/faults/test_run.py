"""`everyreply run` itself, with every source at its fake, in the time of the wall."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.models import Status
from monitor.store import Database, Filter, Store
from tests.faults.day.config import config_text
from tests.faults.day.live import open_towns, publish

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PATIENCE = 90
"""Seconds after which a program that does not come is taken to hang."""
OFTEN = {"every": "1s", "search_every": "1s", "reread": "1s"}


@pytest.fixture
def platforms():
    with open_towns() as found:
        yield found


@pytest.fixture
def run(platforms, tmp_path):
    """Start the program over the platforms; end it if the test does not."""
    url = f"sqlite:///{tmp_path / 'run.db'}"
    settings = [town.settings() for town in platforms.values()]
    for source in settings:
        source |= {key: value for key, value in OFTEN.items() if key in source}
    text, env = config_text(settings, url)
    path = tmp_path / "config.yaml"
    path.write_text(text)
    command = [sys.executable, "-m", "monitor", "run", "--config", str(path)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | env, stdout=log, stderr=log
        )
        yield process, url, tmp_path / "log"
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)


def wait_for(ready, process, log):
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def test_run_brings_in_what_every_platform_shows_and_ends_whole(platforms, run):
    process, url, log = run
    written = {(name, publish(town, n))
               for name, town in platforms.items() for n in range(6)}  # fmt: skip
    store = None

    def found():
        nonlocal store
        if store is None and "watching" in log.read_text():
            store = Store(Database(url))
        if store is None:
            return set()
        return {(one.source, one.post_id) for one in store.mentions.each(Filter())}

    wait_for(lambda: found() >= written, process, log)
    written |= {(name, publish(town, n))
                for name, town in platforms.items() for n in range(6, 9)}  # fmt: skip
    wait_for(lambda: found() >= written, process, log)

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE) == 0
    said = log.read_text()
    ledger = store.audit()
    open_ = store.mentions.find(Filter(status=Status.OPEN))
    owed = store.outbox.counts()
    store.close()
    assert found_once(open_, written)
    assert (ledger.problems, set(owed)) == ((), {"sent"})
    assert "Traceback" not in said
    for town in platforms.values():
        assert not any(secret in said for secret in town.secrets)


def found_once(open_, written):
    keys = [(one.source, one.post_id) for one in open_]
    return len(keys) == len(set(keys)) and set(keys) == written
