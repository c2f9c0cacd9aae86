"""Queries in the admin: a mistake is shown at the expression, with its place."""

import pytest
from django.test import Client

from crisisapi.accounts.models import Brand
from monitoring.models import Query
from tests.factories.accounts import UserFactory
from tests.factories.monitoring import QueryFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/monitoring/query"


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _form(brand: Brand, expression: str) -> dict[str, str]:
    form = {"brand": str(brand.pk), "name": "Kettles", "kind": "topic", "is_active": "on"}
    return {**form, "expression": expression}


def test_a_query_is_saved_by_form(root: Client, brand: Brand) -> None:
    root.post(f"{PAGE}/add/", _form(brand, "kettle OR קומקום"))

    assert Query.objects.get().expression == "kettle OR קומקום"


def test_a_mistake_is_shown_at_the_expression(root: Client, brand: Brand) -> None:
    page = root.post(f"{PAGE}/add/", _form(brand, "kettle OR ("))

    assert "Character 11: This parenthesis is never closed." in page.content.decode()
    assert not Query.objects.exists()


def test_a_query_says_in_words_what_it_finds(root: Client, brand: Brand) -> None:
    query = QueryFactory(brand=brand, expression="kettle OR -lid")

    page = root.get(f"{PAGE}/{query.pk}/change/").content.decode()

    assert "Finds mentions with the word “kettle” or not the word “lid”." in page
    assert "Perhaps AND NOT is meant." in page


def test_expressions_are_shown_in_the_order_they_are_done(root: Client, brand: Brand) -> None:
    query = QueryFactory(brand=brand, expression='kettle "שירות לקוחות"~3')

    listed = root.get(f"{PAGE}/").content.decode()
    alone = root.get(f"{PAGE}/{query.pk}/change/").content.decode()

    phrase = "<bdi>&quot;שירות לקוחות&quot;</bdi><bdi>~3</bdi></code>"
    assert f'<code dir="ltr"><bdi>kettle</bdi><bdi> </bdi>{phrase}' in listed
    assert f"<bdi>kettle</bdi><bdi> </bdi><bdi>AND</bdi><bdi> </bdi>{phrase}" in alone
