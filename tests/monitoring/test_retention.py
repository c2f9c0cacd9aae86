"""How long a brand keeps words and authors; the counts stay for ever."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.common.ids import first_id_at
from crisisapi.events.models import Event
from monitoring.models import Delivery, Mention, Source, WantedPost
from monitoring.selectors.recount import find_differences
from monitoring.services import retention
from monitoring.services.deliveries import receive_delivery
from monitoring.services.keeping import kept_until, remove_old_deliveries
from monitoring.services.retention import forget_old_mentions
from monitoring.tasks import forget_mentions
from tests.factories.monitoring import DeliveryFactory, MentionFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 2, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _days(source: Source, settings: Any) -> None:
    settings.DELIVERIES_KEPT_DAYS = 90
    settings.FAILED_DELIVERIES_KEPT_DAYS = 365
    source.brand.mentions_kept_days = 30
    source.brand.save()


def _came(source: Source, days: float, number: int = 0, **fields: Any) -> Mention:
    pk = first_id_at(NOW - timedelta(days=days, milliseconds=number))
    made: Mention = MentionFactory(source=source, pk=pk, author_handle="rotem_47", **fields)
    return made


def _forget(source: Source, now: datetime = NOW) -> int:
    return forget_old_mentions(brand=source.brand, now=now, seconds=60.0)


def test_words_and_author_go_after_their_days(source: Source) -> None:
    old, young = _came(source, 30.1, likes=7), _came(source, 29.9)

    assert _forget(source) == 1

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.text, old.author_handle, old.likes, old.removed_at) == ("", "", 7, NOW)
    assert (young.author_handle, young.removed_at) == ("rotem_47", None)


def test_a_brand_that_names_no_days_keeps_everything(source: Source) -> None:
    other = SourceFactory()
    _came(other, 4000)

    forget_mentions()

    assert Mention.objects.get().author_handle == "rotem_47"


def test_batches_go_on_where_the_last_one_ended(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        _came(source, 31, number)

    assert forget_old_mentions(brand=source.brand, now=NOW, seconds=0.0) == 0
    assert _forget(source) == 5
    assert _forget(source) == 0
    assert [one.data for one in Event.objects.filter(verb="brand.mentions_forgotten")] == [
        {"mentions": 5, "kept_days": 30}
    ]


def test_what_was_looked_up_in_vain_goes_too(source: Source) -> None:
    for key, days in (("1", 31), ("2", 29)):
        came = NOW - timedelta(days=days)
        WantedPost.objects.create(source=source, kind="x", key=key, created_at=came, due_at=None)

    _forget(source)

    assert WantedPost.objects.get().key == "2"


def test_the_next_night_takes_the_next_day(source: Source) -> None:
    _came(source, 29.5)
    _forget(source)

    assert _forget(source, NOW + timedelta(days=1)) == 1


def test_the_counts_stay_and_what_comes_again_is_known(source: Source) -> None:
    body = body_of(mention(1, text="terrible"), mention(2))
    said: dict[str, Any] = {"source": source, "body": body}
    receive_delivery(**said, external_id="a", now=datetime.now(UTC))
    later = datetime.now(UTC) + timedelta(days=31)
    _forget(source, later)

    again, _ = receive_delivery(**said, external_id="b", now=later)

    assert (again.accepted, again.duplicates) == (0, 2)
    assert {one.text for one in Mention.objects.all()} == {""}
    assert not find_differences(source.brand_id)


def test_what_came_in_does_not_outlive_the_words(source: Source) -> None:
    read = DeliveryFactory(source=source, created_at=NOW - timedelta(days=31))
    failed = DeliveryFactory(source=source, created_at=NOW - timedelta(days=31), status="failed")

    assert kept_until(read) == kept_until(failed) < NOW
    remove_old_deliveries(brand_id=source.brand_id, now=NOW, seconds=60.0)

    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("days", "is_kept"), [(None, True), (7, False)])
def test_a_brand_says_how_long_what_came_in_is_kept(
    source: Source, days: int | None, *, is_kept: bool
) -> None:
    source.brand.deliveries_kept_days = days
    source.brand.save()
    DeliveryFactory(source=source, created_at=NOW - timedelta(days=8), status="failed")

    remove_old_deliveries(brand_id=source.brand_id, now=NOW, seconds=60.0)

    assert Delivery.objects.exists() is is_kept
