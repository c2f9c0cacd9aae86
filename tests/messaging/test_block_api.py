"""Blocks, as people meet them."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.factories.messaging import BlockFactory
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]
FIELDS = {
    "name": "where-to-ask",
    "title": "איפה אפשר לשאול",
    "language": "he",
    "body": "לשאלות: {phone}",
    "placeholders": [{"name": "phone", "type": "phone", "label": {"he": "טלפון"}}],
}


def test_an_approver_prepares_a_block(client_of: ClientOf, approver: User) -> None:
    response = post(client_of(approver), "blocks/", **FIELDS)

    answer = response.json()
    assert response.status_code == 201
    assert (answer["body"], answer["placeholders"][0]["type"]) == (FIELDS["body"], "phone")


def test_a_name_taken_is_a_conflict(client_of: ClientOf, approver: User) -> None:
    client = client_of(approver)
    post(client, "blocks/", **FIELDS)

    response = post(client, "blocks/", **FIELDS)

    assert (response.status_code, response.json()["code"]) == (409, "block_exists")


def test_a_change_names_the_version_it_was_made_of(
    client_of: ClientOf, approver: User, brand: Brand
) -> None:
    block, client = BlockFactory(brand=brand), client_of(approver)

    first = patch(client, f"blocks/{block.pk}/", body="Call {phone}.")
    second = patch(client, f"blocks/{block.pk}/", body="Dial {phone}.")

    assert (first.status_code, second.status_code) == (200, 412)


def test_a_wrong_declaration_is_refused_at_its_place(client_of: ClientOf, approver: User) -> None:
    wrong = [{"name": "phone", "type": "fax"}]

    response = post(client_of(approver), "blocks/", **FIELDS | {"placeholders": wrong})

    assert (response.status_code, set(response.json()["errors"])) == (400, {"placeholders.0.type"})


def test_a_list_of_blocks_costs_the_same_for_one_and_for_thirty(
    api: APIClient, brand: Brand, django_assert_num_queries: Any
) -> None:
    BlockFactory(brand=brand)
    with django_assert_num_queries(4):
        api.get("/api/v1/blocks/?language=en")
    BlockFactory.create_batch(29, brand=brand)
    with django_assert_num_queries(4):
        rows = api.get("/api/v1/blocks/?language=en").json()["results"]

    assert len(rows) == 30
