"""Recounting by hand."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from monitoring.models import BucketDelta, Source
from monitoring.rules.incoming import as_json
from monitoring.services.deliveries import receive_delivery
from tests.factories.accounts import BrandFactory
from tests.monitoring.pushing import mention

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mentions(source: Source) -> None:
    body = as_json([mention(n, likes=2) for n in range(3)])
    receive_delivery(source=source, external_id="1", body=body, now=datetime.now(UTC))


def _run(**options: Any) -> str:
    out = StringIO()
    call_command("recount_buckets", stdout=out, **options)
    return out.getvalue()


def test_exact_rollups_are_said_to_be(source: Source) -> None:
    BrandFactory(slug="tapuz")

    assert _run() == "rimon: the rollups are exact.\ntapuz: the rollups are exact.\n"
    assert _run(brand="rimon") == "rimon: the rollups are exact.\n"


def test_every_difference_is_printed_and_the_command_fails(source: Source) -> None:
    BucketDelta.objects.update(likes=5)
    out = StringIO()

    with pytest.raises(CommandError, match="3 buckets"):
        call_command("recount_buckets", stdout=out)

    assert out.getvalue().splitlines() == [
        "rimon: 2026-03-04 09:15Z, 300 s, x: likes 5, recounted 6",
        "rimon: 2026-03-04 09:00Z, 3600 s, x: likes 5, recounted 6",
        "rimon: 2026-03-04 00:00Z, 86400 s, x: likes 5, recounted 6",
    ]


def test_an_unknown_brand_is_named(source: Source) -> None:
    with pytest.raises(CommandError, match="no brand nobody"):
        _run(brand="nobody")
