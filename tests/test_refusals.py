"""What is refused names what would be right: in every body and every query of the API."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django import forms
from django_filters.filters import BooleanFilter, ChoiceFilter, ModelChoiceFilter
from rest_framework import serializers
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.fields import OneOfField
from tests.checks import codes_of, problem_of
from tests.test_permissions import ROUTES, Route

LISTS = [route for route in ROUTES if getattr(route.view, "filterset_class", None)]
# Shows what is said during an incident, or found by a query, the caller may see; knows no other.
_OF_ONES_OWN = {
    "mention.list.asked_question",
    "mention.list.author",
    "mention.list.incident",
    "mention.list.key_message",
    "mention.list.narrative",
    "mention.list.query",
}


def _filters(route: Route) -> dict[str, Any]:
    """Return copies: a filter keeps its field, with the rows that nobody may see."""
    found: dict[str, Any] = deepcopy(route.view.filterset_class.base_filters)
    return found if route.action == "list" else {}


def _written(field: Any) -> Iterator[Any]:
    """Yield a field and all fields inside of it that are written."""
    yield field
    inner = [getattr(field, "child", None), *getattr(field, "fields", {}).values()]
    for one in inner:
        if one is not None and not one.read_only:
            yield from _written(one)


def _bodies() -> Iterator[tuple[str, Any]]:
    for route in ROUTES:
        checker = getattr(route.view, "terms", {}).get(route.action)
        if checker is not None:
            yield str(route), checker


def test_a_choice_in_a_body_lists_the_choices() -> None:
    silent = {
        f"{name}: {field.field_name or field.parent.field_name}"
        for name, checker in _bodies()
        for field in _written(checker())
        if isinstance(field, serializers.ChoiceField) and not isinstance(field, OneOfField)
    }

    assert silent == set()


def test_no_query_tells_whether_there_is_a_row_of_others() -> None:
    telling = {
        f"{route}.{name}"
        for route in LISTS
        for name, one in _filters(route).items()
        if isinstance(one, ModelChoiceFilter)
    }

    assert telling == _OF_ONES_OWN


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in LISTS if route.action == "list"], ids=str)
def test_a_query_that_makes_no_sense_names_what_would(
    client_of: Any, brand: Brand, manager: User, route: Route
) -> None:
    client: APIClient = client_of(manager)

    for name, one in _filters(route).items():
        said = _refused(client, route, name) if _has_answers(one) else ""

        if isinstance(one, BooleanFilter):
            assert said == "Give true or false."
        elif said:
            assert said.startswith("Give one of: ")
            assert str(_choices(one)[-1]) in said


def test_yes_and_no_are_read_as_clients_write_them(
    client_of: Any, brand: Brand, manager: User
) -> None:
    client = client_of(manager)

    answers = [client.get(f"/api/v1/channels/?is_active={said}") for said in ("True", "false", "")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


def test_a_yes_or_no_in_a_body_is_asked_for_by_name(
    client_of: Any, brand: Brand, manager: User
) -> None:
    said = {"name": "X", "platform": "x", "is_active": "perhaps"}

    document = problem_of(client_of(manager).post("/api/v1/channels/", said), 400, "invalid")

    assert document["errors"]["is_active"][0]["message"] == "Give true or false."


def _has_answers(one: Any) -> bool:
    is_choice = isinstance(one, ChoiceFilter) or hasattr(one.field, "choices")
    return isinstance(one, BooleanFilter) or (is_choice and not _is_of_rows(one))


def _is_of_rows(one: Any) -> bool:
    return isinstance(one.field, forms.ModelChoiceField)


def _choices(one: Any) -> list[Any]:
    return [value for value, _label in one.field.choices if value != ""]


def _refused(client: APIClient, route: Route, name: str) -> str:
    document = problem_of(client.get(route.path, {name: "perhaps"}), 400)
    assert set(codes_of(document)) == {name}
    message: str = document["errors"][name][0]["message"]
    return message
