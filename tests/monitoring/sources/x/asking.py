"""Sources of X, asked as the workers ask them."""

from datetime import timedelta

from monitoring.models import Intake, Mention, Source, WantedPost
from monitoring.services.fetching import fetch_source
from monitoring.sources.base import Account
from tests.factories.monitoring import SourceFactory
from tests.monitoring.sources.fake_x import NOW, TOKEN
from tests.servers import FakeServer

MINUTE = timedelta(minutes=1)


def a_source(server: FakeServer, **fields: str) -> Source:
    made = SourceFactory(
        kind="x",
        secret="",
        settings={"api_base": server.url, **fields},
        credentials={"bearer_token": TOKEN, "consumer_secret": "s3cret-consumer"},
    )
    Intake.objects.filter(source=made).update(due_at=NOW)
    return made


def intake_of(source: Source) -> Intake:
    return Intake.objects.get(source=source)


def ask(source: Source, *, seconds: float = 40.0) -> Intake:
    Intake.objects.filter(source=source).update(due_at=NOW)
    assert fetch_source(source.pk, seconds=seconds)
    return intake_of(source)


def heard() -> list[int]:
    return sorted(int(one) for one in Mention.objects.values_list("external_id", flat=True))


def want(source: Source, *posts: str) -> None:
    for one in posts:
        WantedPost.objects.create(source=source, kind="x", key=one, reference={"id": one})


def stream_account(server: FakeServer | None = None, **fields: str) -> Account:
    base = {"api_base": server.url} if server else {}
    settings = {"mode": "stream", "query": "kettle", "lookback_hours": "0", **base, **fields}
    return Account(settings=settings, credentials={"bearer_token": TOKEN})
