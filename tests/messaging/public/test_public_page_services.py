"""Public pages: set up, opened, closed."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from messaging.models import PublicPage
from messaging.selectors.public_view import page_of
from messaging.services.public_pages import (
    PageExists,
    add_page,
    change_page,
    close_page,
    open_page,
)
from tests.factories.accounts import BrandFactory
from tests.messaging.public.conftest import done_by

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
FIELDS: dict[str, Any] = {"slug": "rimon", "titles": {"he": "עדכונים"}}


def added(brand: Brand, user: User, **other: Any) -> PublicPage:
    return add_page(brand=brand, **FIELDS | other, **done_by(user))


def test_a_page_is_read_by_nobody_before_it_is_opened(brand: Brand, manager: User, by: By) -> None:
    page = added(brand, manager)
    before = page_of("rimon")

    opened = open_page(page=page, **by(manager))

    assert before is None
    assert page_of("rimon") == opened
    assert [event.verb for event in Event.objects.order_by("position")] == [
        "publicpage.added",
        "publicpage.opened",
    ]


def test_closed_it_is_gone_at_once(page: PublicPage, manager: User, by: By) -> None:
    close_page(page=page, **by(manager))

    assert page_of(page.slug) is None


def test_a_brand_has_one_page_and_a_name_one_brand(brand: Brand, manager: User) -> None:
    added(brand, manager)

    with pytest.raises(PageExists):
        added(brand, manager, slug="other")
    with pytest.raises(PageExists):
        added(BrandFactory(), manager)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"titles": {"en": "Updates"}}, "titles.he"),
        ({"languages": []}, "languages"),
        ({"languages": ["he", "he"]}, "languages"),
        ({"languages": ["fr"]}, "languages"),
        ({"languages": "he"}, "languages"),
        ({"colour": "red"}, "colour"),
        ({"cache_seconds": 3601}, "cache_seconds"),
        ({"contact_url": "javascript:alert(1)"}, "contact_url"),
        ({"contact_url": "http://rimon.example"}, "contact_url"),
        ({"contact_url": "https:///nowhere"}, "contact_url"),
        ({"contact_url": "mailto:"}, "contact_url"),
        ({"contact_url": "https://[broken"}, "contact_url"),
        ({"intros": {"he": "א" * 3_001}}, "intros.he"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    brand: Brand, manager: User, fields: dict[str, Any], error: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        added(brand, manager, **fields)

    assert set(refused.value.errors) == {error}


@pytest.mark.parametrize("address", ["https://rimon.example/k2", "mailto:a@b.example", "tel:*6060"])
def test_people_reach_the_brand_in_three_ways(brand: Brand, manager: User, address: str) -> None:
    assert added(brand, manager, contact_url=address).contact_url == address


def test_a_change_of_nothing_leaves_no_trace(page: PublicPage, manager: User, by: By) -> None:
    same = change_page(page=page, colour=page.colour.upper(), **by(manager))

    assert same.version == 1
    assert not Event.objects.exists()


def test_a_language_without_a_title_cannot_be_the_main_one(
    page: PublicPage, manager: User, by: By
) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_page(page=page, languages=["en"], titles={"he": "עדכונים"}, **by(manager))

    assert set(refused.value.errors) == {"titles.en"}
