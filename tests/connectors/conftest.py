"""What tests of connectors share: a watched folder, a local server."""

from collections.abc import Iterator

import pytest

from tests.connectors.files import Watched
from tests.fakes.server import FakeServer, serving


@pytest.fixture
def watched(tmp_path):
    """Makes a watched folder; takes the settings of the source."""
    return lambda **settings: Watched(tmp_path, **settings)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as server:
        yield server
