"""Pulling the plug: workers killed, Redis flushed, nothing lost, nothing done twice."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.service import Service, flush_redis, service_on_a_new_database

# The service works on a copy of the database that this sets up.
pytestmark = pytest.mark.django_db

FIRST = 300
STORM = 12_000
_TEXTS = ("Terrible kettle, it broke!", "קומקום מצוין, תודה", "The kettle holds 1.7 litres.")

_ADD_SOURCE = """
from django.utils import timezone
from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from monitoring.services.sources import create_source
brand = Brand.objects.create(slug="rimon", name="Rimon")
create_source(brand=brand, slug="archive", name="Archive", actor=SYSTEM, now=timezone.now())
"""

# What a bucket should hold, said once more and independently of the code under test.
_DIFFERENT_BUCKETS = """
WITH raw AS (
    SELECT platform, CASE WHEN analysed_at IS NULL THEN '' ELSE language END AS language, width,
        to_timestamp(floor(extract(epoch FROM published_at) / width) * width) AS at,
        count(*) AS mentions, count(analysed_at) AS analysed,
        count(*) FILTER (WHERE sentiment = 'negative') AS negative,
        count(*) FILTER (WHERE sentiment = 'positive') AS positive, sum(likes) AS likes
    FROM monitoring_mention, (VALUES (300), (3600), (86400)) AS widths (width)
    GROUP BY 1, 2, 3, 4
)
SELECT count(*) FROM raw FULL JOIN monitoring_bucket b
    ON (b.platform, b.language, b.width, b.started_at)
        = (raw.platform, raw.language, raw.width, raw.at)
WHERE (b.mentions, b.analysed, b.negative, b.positive, b.likes)
    IS DISTINCT FROM (raw.mentions, raw.analysed, raw.negative, raw.positive, raw.likes)
"""
_DIFFERENT_TOTALS = """
WITH raw AS (
    SELECT width, to_timestamp(floor(extract(epoch FROM published_at) / width) * width) AS at,
        count(*) AS mentions, count(analysed_at) AS analysed, sum(likes) AS likes
    FROM monitoring_mention, (VALUES (300), (3600), (86400)) AS widths (width)
    GROUP BY 1, 2
)
SELECT count(*) FROM raw FULL JOIN monitoring_buckettotal b
    ON (b.width, b.started_at) = (raw.width, raw.at)
WHERE (b.mentions, b.analysed, b.likes) IS DISTINCT FROM (raw.mentions, raw.analysed, raw.likes)
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_on_a_new_database(tmp_path) as running:
        running.run("shell", "--no-imports", "-c", _ADD_SOURCE)
        yield running


def _write(path: Path, first: int, count: int) -> Path:
    with path.open("w", encoding="utf-8") as lines:
        for number in range(first, first + count):
            said_at = f"2026-03-04T{number % 24:02}:{number % 60:02}:00Z"
            item = {
                "id": f"post-{number}",
                "text": f"{_TEXTS[number % 3]} ({number})",
                "platform": "news" if number % 5 else "x",
                "published_at": said_at,
                "likes": number % 7,
            }
            lines.write(json.dumps(item, ensure_ascii=False) + "\n")
    return path


def _import(file: Path) -> list[str]:
    return ["import_mentions", str(file), "--source", "archive"]


def _stored(service: Service) -> int:
    return service.number("SELECT count(*) FROM monitoring_mention")


def _analysed(service: Service) -> int:
    return service.number("SELECT count(*) FROM monitoring_mention WHERE analysed_at IS NOT NULL")


def _settled(service: Service, mentions: int) -> bool:
    unfolded = "SELECT count(*) FROM monitoring_bucketdelta"
    return _analysed(service) == mentions and service.number(unfolded) == 0


def _assert_exact(service: Service, mentions: int) -> None:
    counted = "SELECT coalesce(sum({}), 0) FROM monitoring_bucket WHERE width = 300"
    assert _stored(service) == mentions
    assert service.number(counted.format("mentions")) == mentions
    assert service.number(counted.format("analysed")) == mentions
    assert service.number(_DIFFERENT_BUCKETS) == 0
    assert service.number(_DIFFERENT_TOTALS) == 0


def test_worker_and_import_killed_half_way_and_redis_flushed_lose_nothing(
    service: Service, tmp_path: Path
) -> None:
    worker = service.start_worker()
    service.run(*_import(_write(tmp_path / "first.jsonl", 0, FIRST)))
    service.wait_for(lambda: _settled(service, FIRST), "the worker did not start")
    storm = _write(tmp_path / "storm.jsonl", FIRST, STORM)

    importing = service.start_command(*_import(storm))
    service.wait_for(lambda: _analysed(service) > FIRST + 500, "nothing was analysed")
    service.kill(worker)
    service.kill(importing)
    stored, analysed = _stored(service), _analysed(service)
    flush_redis()

    assert FIRST < analysed < stored < FIRST + STORM, "the plug was not pulled half-way"
    service.start_worker()
    service.run(*_import(storm))
    service.wait_for(lambda: _settled(service, FIRST + STORM), "the work was not taken up")
    _assert_exact(service, FIRST + STORM)


def test_redis_flushed_under_a_running_worker_only_costs_a_moment(
    service: Service, tmp_path: Path
) -> None:
    service.start_worker()
    service.run(*_import(_write(tmp_path / "a.jsonl", 0, 600)))
    service.wait_for(lambda: _settled(service, 600), "the first import was not analysed")

    flush_redis()

    service.run(*_import(_write(tmp_path / "b.jsonl", 600, 600)))
    service.wait_for(lambda: _settled(service, 1200), "the worker did not recover from a flush")
    _assert_exact(service, 1200)
