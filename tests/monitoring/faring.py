"""How sources fare, as people and the log are told of it."""

from datetime import UTC, datetime, timedelta

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Notification, sentence_of
from monitoring.models import HeardHour, Intake, Source
from monitoring.selectors.health import health_in_words
from monitoring.sources.http import SourceFault
from tests.factories.monitoring import SourceFactory

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def known_source(brand: Brand, slug: str = "x") -> Source:
    """Return a source that is listened to for a month."""
    made = SourceFactory(brand=brand, slug=slug, name=slug.upper(), created_at=NOW - 30 * DAY)
    Intake.objects.filter(pk=made.pk).update(listening_since=NOW - 30 * DAY)
    return Source.objects.select_related("intake", "brand").get(pk=made.pk)


def intake_of(source: Source) -> Intake:
    """Return its course as it stands."""
    return Intake.objects.get(source=source)


def verbs() -> list[str]:
    """Return what the log tells of sources."""
    found = Event.objects.filter(object_type="source").order_by("position")
    return list(found.values_list("verb", flat=True))


def last_event() -> Event:
    """Return what it told last."""
    found = Event.objects.filter(object_type="source").order_by("position").last()
    assert found is not None
    return found


def told() -> list[tuple[User, str]]:
    """Return who was notified, and of what."""
    rows = Notification.objects.order_by("created_at", "id").select_related("recipient")
    return [(row.recipient, sentence_of(row.verb, row.details)) for row in rows]


def words(source: Source, now: datetime = NOW) -> list[str]:
    """Return how it is heard, in words."""
    found = Source.objects.select_related("intake", "brand").get(pk=source.pk)
    return health_in_words(found, now=now)


def usually(source: Source, *, an_hour: int, days: int = 7, until: datetime = NOW) -> None:
    """Let it have brought so many mentions in each hour before."""
    full = until.replace(minute=0)
    HeardHour.objects.bulk_create(
        HeardHour(source=source, started_at=full - hour * HOUR, mentions=an_hour)
        for hour in range(1, days * 24 + 1)
    )
    Intake.objects.filter(pk=source.pk).update(heard_at=until, succeeded_at=until)


def fault() -> SourceFault:
    """Return what is wrong with a push."""
    return SourceFault("malformed_json", "The body is no JSON.")
