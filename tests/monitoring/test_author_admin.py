"""Authors in the admin: found by name, linked and unlinked by form."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crisisapi.events.models import Event
from monitoring.models import Author, Source
from monitoring.services.analysis import analyse_batch
from monitoring.services.author_counts import fold_authors
from monitoring.services.deliveries import receive_delivery
from tests.factories.accounts import UserFactory
from tests.factories.incidents import StakeholderFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def author(source: Source) -> Author:
    sent = [
        mention(number, author={"handle": handle, "name": handle.title()})
        for number, handle in enumerate(["dana", "avi"])
    ]
    receive_delivery(source=source, external_id="msg_1", body=body_of(*sent), now=NOW)
    analyse_batch(now=NOW)
    fold_authors(now=NOW)
    return Author.objects.order_by("pk")[0]


def _page(author: Any) -> str:
    return reverse("admin:monitoring_author_change", args=[author.pk])


def test_an_account_is_found_by_its_name(desk: Client, author: Author) -> None:
    found = desk.get(reverse("admin:monitoring_author_changelist"), {"q": "@Dana"})

    page = found.content.decode()
    assert "<bdi>Dana</bdi> · <bdi>dana</bdi>" in page
    assert "<bdi>avi</bdi>" not in page


def test_an_author_is_linked_and_unlinked_by_form(desk: Client, author: Author) -> None:
    stakeholder = StakeholderFactory(brand=author.brand)

    for chosen in (stakeholder.pk, ""):
        answer = desk.post(_page(author), {"stakeholder": str(chosen)})
        assert answer.status_code == 302
        author.refresh_from_db()
        assert author.stakeholder_id == (chosen or None)

    told = Event.objects.filter(object_id=stakeholder.pk).order_by("pk")
    assert [one.verb for one in told] == [
        "stakeholder.account_linked",
        "stakeholder.account_unlinked",
    ]


def test_a_stakeholder_of_another_brand_is_refused_at_the_form(
    desk: Client, author: Author
) -> None:
    stranger = StakeholderFactory()

    answer = desk.post(_page(author), {"stakeholder": str(stranger.pk)})

    assert "The stakeholder belongs to another brand." in answer.content.decode()
    author.refresh_from_db()
    assert author.stakeholder is None
