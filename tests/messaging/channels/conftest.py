"""A platform on this machine, and what a way is given."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from messaging.channels.base import Piece
from tests.servers import FakeServer, serving

KEY = UUID("019eabee-9440-7001-bdea-7770f7ecff7a")


@pytest.fixture(autouse=True)
def _loopback_is_called(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


def a_piece(**fields: Any) -> Piece:
    """Return a piece with plain defaults."""
    said = {
        "key": KEY,
        "number": 1,
        "count": 1,
        "title": "Kettle K2",
        "text": "אנא הפסיקו להשתמש בקומקום K2-4.",
        "language": "he",
    }
    return Piece(**{**said, **fields})
