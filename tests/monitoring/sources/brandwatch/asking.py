"""Sources of Brandwatch, asked as the workers ask them."""

from datetime import UTC, datetime, timedelta

from monitoring.models import Intake, Mention, Source
from monitoring.services.fetching import fetch_source
from tests.factories.monitoring import SourceFactory
from tests.servers import FakeServer

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=2)


def a_source(server: FakeServer, **settings: str) -> Source:
    return SourceFactory(
        kind="brandwatch",
        platform="other",
        secret="",
        settings={
            "project_id": "7",
            "query_ids": "77",
            "api_base": server.url,
            **settings,
        },
        credentials={"username": "ella@rimon.example", "password": "s3cret-password"},
        intake=None,
    )


def fetch(source: Source, *, seconds: float = 40.0) -> Intake:
    intake, _made = Intake.objects.get_or_create(source=source)
    Intake.objects.filter(pk=intake.pk).update(due_at=NOW - timedelta(days=30))
    fetch_source(source.pk, seconds=seconds)
    return Intake.objects.get(pk=intake.pk)


def numbers() -> list[int]:
    found = Mention.objects.values_list("external_id", flat=True)
    return sorted(int(one, 16) for one in found)


def asked(server: FakeServer) -> list[dict[str, str]]:
    return [dict(one.query) for one in server.of("GET")]
