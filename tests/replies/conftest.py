"""Replies to one fake platform."""

import pytest

from monitor.replies import Replies
from tests.fakes.replier import FakeReplier
from tests.store.helpers import keep_one


@pytest.fixture
def platform(clock):
    return FakeReplier(now=clock)


@pytest.fixture
def replies(store, platform, config, clock):
    return Replies(store, {"fake": platform}, config, clock)


@pytest.fixture
def mention(store):
    return keep_one(store)
