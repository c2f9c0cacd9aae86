"""Hostile values, and the walk that sends them over the routes of a floor."""

import json
import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand
from crisisapi.common.problems import FIELDS_TOLD, MESSAGE_LENGTH
from tests.access_objects import OBJECTS
from tests.checks import problem_of
from tests.test_permissions import ROUTES, Route

ANSWER_BYTES = FIELDS_TOLD * (MESSAGE_LENGTH + 200)


def _nested(depth: int, inner: Any) -> Any:
    for _ in range(depth):
        inner = [inner, {"when": inner}] if depth < 12 else [inner]
    return inner


HOSTILE: dict[str, Any] = {
    "null": None,
    "a list in a list": _nested(500, "x"),
    "lists and objects": _nested(8, {"kind": [], "key": {}}),
    "many": ["x"] * 10_000,
    "many objects": [{}] * 10_000,
    "a long text": "א" * 50_000,
    "a huge number": 10**30,
    "a number out of range": 2**63,
    "a negative number": -1,
    "yes": True,
    "an object": {"": {"": ""}, "a": None},
    "the first year": "0001-01-01T00:00:00+14:00",
    "the last year": "9999-12-31T23:59:59.999999-12:00",
    "no object": str(UUID(int=0)),
    "marks": "\u202e\u200f<script>%s %(x)s {x}\ud83d\ude00",
    "a null character": "x\x00y",
    "half a character": "\ud83d",
}

GARBAGE = ["\x00", "x" * 5_000, "9" * 30, "[{}]", "٣"]


def routes_of(nouns: Collection[str], *methods: str) -> list[Route]:
    """Return the routes of some nouns that are served by these methods."""
    return [route for route in ROUTES if route.noun in nouns and route.method in methods]


class Target:
    """A route with an object of its noun; a new one as soon as a request has got through."""

    def __init__(self, route: Route, brand: Brand) -> None:
        self.route, self._brand = route, brand
        self.thing = self._made()

    def _made(self) -> Any:
        made = OBJECTS.get(self.route.noun)
        return made(self._brand) if made and self.route.has_object else None

    @property
    def address(self) -> str:
        """Where the object is, by the names its route has for its parts."""
        said = {"slug": getattr(self.thing, "slug", ""), "pk": getattr(self.thing, "pk", "")}
        return re.sub(r"<\w+:(\w+)>", lambda found: str(said.get(found[1], "")), self.route.path)

    def send(self, client: APIClient, body: Any) -> Any:
        """Send a body, and look at the answer."""
        response = client.generic(
            self.route.method.upper(),
            self.address,
            json.dumps(body),
            content_type="application/json",
            headers={"if-match": "*"} if self.route.method in {"patch", "delete"} else {},
        )
        if response.status_code < 300:
            self.thing = self._made()
        check(response)
        return response

    def read(self, client: APIClient, **parameters: str) -> None:
        """Ask with query parameters, and look at the answer."""
        check(client.get(self.address, parameters))


def check(response: Any) -> None:
    """Refuse a fault of ours, a refusal without a reason, and an answer that echoes."""
    if response.status_code < 300:
        return
    assert len(response.content) < ANSWER_BYTES
    if response.status_code >= 400:
        document = problem_of(response, response.status_code)
        assert response.status_code < 500, document
        if document["code"] == "invalid":
            assert all(said["message"] for told in document["errors"].values() for said in told)


def fields_of(route: Route) -> list[str]:
    """Return the names of what the body of a route may hold."""
    checker = getattr(route.view, "terms", {}).get(route.action)
    return list(checker().get_fields()) if checker else []


def parameters_of(route: Route) -> set[str]:
    """Return the names of query parameters a route may know, and of one it does not."""
    filters = getattr(getattr(route.view, "filterset_class", None), "base_filters", {})
    return {*filters, "cursor", "page_size", "fields", "brand", "language", "nothing"}
