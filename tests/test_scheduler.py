"""What the service does about a config.yaml that changes; ticking is in faults/."""

from datetime import timedelta

import pytest

from connectors import Unavailable
from monitor.app import build, read_config
from monitor.models import ReplyState, Status
from monitor.scheduler import Service
from tests.fakes.classifier import FakeClassifier
from tests.store.helpers import keep_one

CONFIG = """\
brands: [{name: Acme, keywords: [acme]}]
sources:
  - {type: file, name: inbox, path: inbox, every: 1h}
  - {type: file, name: other, path: inbox, every: 1h}
"""


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "config.yaml"
    made.write_text(CONFIG)
    return made


@pytest.fixture
def service(path, store, sender, clock):
    loaded = read_config(path, needs_secrets=True)
    app = build(loaded, store, sender, clock, classifier=FakeClassifier())
    return Service(app, path, timedelta(seconds=1))


def fail(store, name, clock):
    at = store.sources.checkpoint(name, clock())
    error = str(Unavailable("no connection"))
    store.sources.postpone(at, clock() + timedelta(hours=6), error, clock())


def notices(store, clock):
    return [row.body["text"] for row in store.outbox.due(clock())]


def test_source_whose_settings_changed_is_asked_at_once(service, path, store, clock):
    fail(store, "inbox", clock)
    fail(store, "other", clock)
    path.write_text(CONFIG.replace("inbox, path: inbox", "inbox, path: elsewhere"))

    service._reload()

    changed = store.sources.checkpoint("inbox", clock())
    assert (changed.next_poll_at, changed.failures) == (clock(), 0)
    kept = store.sources.checkpoint("other", clock())
    assert (kept.next_poll_at, kept.failures) == (clock() + timedelta(hours=6), 1)


def test_config_that_is_gone_is_told_once_and_the_last_one_stays(
    service, path, store, clock
):
    path.unlink()

    service._reload()
    service._reload()

    assert notices(store, clock) == [
        "config.yaml is gone or unreadable; the last one stays in use"
    ]


def test_config_that_comes_back_is_read_again(service, path, store, clock):
    path.unlink()
    service._reload()
    path.write_text(CONFIG.replace("keywords", "keyword"))

    service._reload()

    assert len(notices(store, clock)) == 2


def test_reply_to_a_source_that_left_the_config_is_refused_and_its_draft_kept(
    service, store, clock
):
    mention = keep_one(store, source="gone")
    reply = store.replies.submit(mention.id, "Sorry", "Ann", clock(), awaits=False)

    service.round()

    kept = store.replies.get(reply.id)
    assert (kept.state, kept.text) == (ReplyState.REFUSED, "Sorry")
    assert store.mentions.get(mention.id).status is Status.OPEN


def test_service_that_starts_tries_at_once_what_was_to_wait_long(service, store, clock):
    fail(store, "inbox", clock)

    service._hurry()

    at = store.sources.checkpoint("inbox", clock())
    assert (at.next_poll_at, at.failures) == (clock(), 1)
