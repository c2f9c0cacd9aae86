"""Brands whose talk is usual, and what comes on top of it."""

from datetime import UTC, datetime, timedelta
from itertools import count

from crisisapi.accounts.models import Brand
from monitoring.models import Alert, BucketDelta, Query, Source, Unit
from monitoring.services.alerts import Finding
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.rollups import fold_buckets
from monitoring.services.watching import watch_next
from tests.monitoring.pushing import body_of, mention

NOW = datetime(2026, 3, 4, 12, 2, tzinfo=UTC)
FIVE = timedelta(minutes=5)

_SAYINGS = [
    *("yesterday", "morning", "kitchen", "neighbour", "birthday", "grandma", "upstairs"),
    *("lunch", "tea", "guests", "hospital", "photo", "receipt", "shop", "manager"),
    *("summer", "wedding", "balcony", "sister", "holiday"),
]

_numbers = count(1)


def usual_talk(
    brand: Brand,
    query: Query | None = None,
    *,
    days: int = 15,
    until: datetime = NOW,
    an_hour: int = 6,
) -> None:
    """Have about so many mentions heard an hour, and twenty at once each day, all neutral."""
    start = until.replace(minute=0) - timedelta(days=days)
    BucketDelta.objects.bulk_create(
        BucketDelta(
            brand=brand,
            query=query,
            platform="x",
            language="en",
            started_at=start + place * 3 * FIVE,
            mentions=_usual(place, an_hour),
            analysed=_usual(place, an_hour),
            neutral=_usual(place, an_hour),
            reach=100 * _usual(place, an_hour),
        )
        for place in range(days * 96)
    )
    while fold_buckets():
        pass


def say(
    source: Source,
    number: int,
    *,
    at: datetime = NOW,
    said: datetime | None = None,
    text: str = "",
    followers: int = 120,
) -> None:
    """Have so many accounts say something, now or some time ago, and have it read.

    Braces in a text are filled by each with words of their own.
    """
    sent = [
        mention(
            one,
            text=(text or "The handle of my kettle broke {}").format(_words(one)),
            author={"handle": f"owner{one}", "followers": followers},
            published_at=(said or at).isoformat(),
        )
        for one in (next(_numbers) for _time in range(number))
    ]
    receive_delivery(source=source, external_id=f"msg_{sent[0]['id']}", body=body_of(*sent), now=at)
    while analyse_batch(now=at):
        pass


def watch(now: datetime = NOW) -> list[Alert]:
    """Judge all that was touched; return the alerts."""
    raised: list[Alert] = []
    while (found := watch_next(now=now)) is not None:
        raised += found
    return raised


def _words(number: int) -> str:
    """Return three words, others for each number: whoever complains has a way of saying it."""
    return " ".join(
        _SAYINGS[number // len(_SAYINGS) ** place % len(_SAYINGS)] for place in range(3)
    )


def _usual(place: int, an_hour: int) -> int:
    return 20 if place % 96 == 40 else an_hour // 4 + place % 2


def found(at: datetime = NOW) -> Finding:
    """Return what a rule finds when there is a storm."""
    return Finding(at, Unit.MENTIONS_AN_HOUR, 340.0, usual=24.0, limit=60.0, unusual=0.999)
