"""Deletions that overtake their posts are remembered, for a time and up to a number."""

from datetime import timedelta
from typing import Any

import pytest

from monitoring.models import GonePost, Mention, Source
from monitoring.services import removing
from monitoring.services.deliveries import receive_delivery
from monitoring.services.removing import remove_old_gone_posts
from monitoring.tasks import remove_deliveries
from tests.factories.monitoring import SourceFactory
from tests.monitoring.x_pages import NOW, Said, id_of, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    made: Source = SourceFactory(kind="x", platform="x", secret="")
    return made


def receive(source: Source, name: str, body: bytes) -> None:
    receive_delivery(source=source, external_id=name, body=body, now=NOW)


def remembered() -> list[str]:
    return list(GonePost.objects.order_by("id").values_list("external_id", flat=True))


@pytest.mark.parametrize("around", [0, 60])
def test_a_deletion_that_overtakes_its_post_wins_when_the_post_comes(
    source: Source, around: int
) -> None:
    receive(source, "gone", page([], [1]))

    receive(source, "said", page([Said(number) for number in range(1, around + 2)]))

    late = Mention.objects.get(external_id=id_of(1))
    assert (late.text, late.author_external_id, late.removed_at) == ("", "", NOW)
    assert Mention.objects.filter(removed_at__isnull=True).count() == around
    assert remembered() == []


def test_a_deletion_told_to_one_source_says_nothing_to_another(source: Source) -> None:
    other = SourceFactory(kind="x", platform="x", secret="", brand=source.brand)
    receive(source, "gone", page([], [1]))

    receive(other, "said", page([Said(1)]))

    assert Mention.objects.get().text == "It smokes"
    assert remembered() == [id_of(1)]


def test_a_known_post_that_is_gone_leaves_nothing_to_be_remembered(source: Source) -> None:
    receive(source, "said", page([Said(1)]))

    receive(source, "gone", page([], [1]))
    receive(source, "gone again", page([Said(2)], [1]))

    assert remembered() == []


def _remember(source: Source, *, days: float, number: int) -> None:
    GonePost.objects.create(
        source=source, external_id=id_of(number), created_at=NOW - timedelta(days=days)
    )


def test_what_never_came_is_forgotten_when_no_delivery_of_it_can_be_replayed(
    source: Source, settings: Any
) -> None:
    settings.FAILED_DELIVERIES_KEPT_DAYS = 60
    _remember(source, days=61, number=1)
    _remember(source, days=59, number=2)

    removed = remove_old_gone_posts(now=NOW)

    assert (removed, remembered()) == (1, [id_of(2)])


def test_of_too_many_the_oldest_of_each_source_are_forgotten(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "BATCH", 2)
    other = SourceFactory(kind="x", platform="x", secret="")
    for number in range(6):
        _remember(source, days=0, number=number)
    _remember(other, days=0, number=9)

    removed = remove_old_gone_posts(now=NOW, most=1)

    assert (removed, remembered()) == (5, [id_of(5), id_of(9)])


def test_they_are_removed_at_night_with_the_deliveries(source: Source) -> None:
    _remember(source, days=2000, number=1)

    remove_deliveries()

    assert remembered() == []
