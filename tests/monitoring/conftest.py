"""A source, and an incident, of the brand."""

import pytest

from crisisapi.accounts.models import Brand
from monitoring.models import Source
from tests.factories.monitoring import SourceFactory


@pytest.fixture
def source(brand: Brand) -> Source:
    return SourceFactory(brand=brand, slug="listening")
