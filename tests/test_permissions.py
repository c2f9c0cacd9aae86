"""The walk: every route, every method, every sort of caller.

A route that is not in `ALL_RULES` (tests/access_rules.py), or needs an object and has no factory,
fails. The `access` maps of the views must say what the rules say.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient

from crisisapi.accounts.callers import ANY_SCOPE, Access
from crisisapi.accounts.models import Brand, Role, Scope
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.incidents import change_incident
from messaging.models import Publication
from tests.access_insight import ALL_RULES
from tests.access_objects import OBJECTS
from tests.access_rules import OWN, PUBLIC, STAFF, Rule
from tests.checks import problem_of
from tests.clients import with_key, with_token
from tests.factories.accounts import BrandFactory, MemberFactory, UserFactory
from tests.factories.incidents import AssignmentFactory

pytestmark = pytest.mark.django_db


# Pages for everybody, without objects.
PAGES = {"api-root", "schema", "docs", "redoc"}
# Lists that are about numbers, not about rows with an id.
WITHOUT_ROWS = {
    "access-token",
    "analysis-accuracy",
    "goal-metric",
    "incident-metrics",
    "incident-pull-through",
    "incident-questions",
    "incident-recovery",
    "incident-waiting",
    "key-message-coverage",
    "language-rule",
    "me",
    "metrics",
    "metrics-comparison",
    "notification",
    "notification-target",
    "second-look",
    "share-of-voice",
    "source-kind",
    "workload",
}


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    path: str
    method: str
    action: str
    noun: str
    view: Any
    is_open: bool

    def __str__(self) -> str:
        return f"{self.noun}.{self.action}"

    @property
    def has_object(self) -> bool:
        """Whether the address names an object."""
        return "<" in self.path

    def ask(self, client: APIClient, pk: object) -> Any:
        """Send the emptiest request there is."""
        path = re.sub(r"<[^>]+>", str(pk), self.path)
        body: dict[str, Any] | None = None if self.method == "get" else {}
        return getattr(client, self.method)(path, body)


def _patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, path)
        else:
            yield path, pattern


def _routes() -> Iterator[Route]:
    for path, pattern in _patterns(get_resolver()):
        callback: Any = pattern.callback
        if not path.startswith("/api/") or pattern.name in PAGES:
            continue
        actions = getattr(callback, "actions", None) or {"get": "?"}
        options = getattr(callback, "initkwargs", {})
        noun = str(options.get("basename") or pattern.name)
        view = getattr(callback, "cls", None)
        permissions = options.get("permission_classes", getattr(view, "permission_classes", []))
        for method, action in actions.items():
            if method != "head":
                yield Route(path, method, action, noun, view, AllowAny in permissions)


ROUTES = list(_routes())


class Walk:
    """All sorts of callers, met one after the other by an object of the brand."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.brand: Brand = BrandFactory()
        self.object: Any = OBJECTS[route.noun](self.brand) if route.noun in OBJECTS else None

    def ask(self, client: APIClient) -> Any:
        """Ask with this client."""
        return self.route.ask(client, getattr(self.object, "pk", ""))

    @cached_property
    def members(self) -> dict[Role, APIClient]:
        """A member of the brand with each role."""
        people = {role: MemberFactory(brand=self.brand, role=role).user for role in Role}
        return {role: with_token(person) for role, person in people.items()}

    def ask_as(self, role: Role) -> Any:
        """Ask as a member with this role."""
        return self.ask(self.members[role])

    def shows_object(self, response: Any) -> bool:
        """Say whether the answer tells of the object."""
        return str(self.object.pk) in response.content.decode()


def _rule(route: Route) -> Rule | str:
    assert str(route) in ALL_RULES, f"{route} is new: say in ALL_RULES who may do it"
    assert not route.has_object or route.noun in OBJECTS, f"{route} needs an object in OBJECTS"
    return ALL_RULES[str(route)]


def test_no_rule_is_about_a_route_that_is_gone() -> None:
    assert set(ALL_RULES) - {str(route) for route in ROUTES} == set()


def test_views_ask_what_the_rules_say(subtests: pytest.Subtests) -> None:
    for route in ROUTES:
        with subtests.test(str(route)):
            rule = _rule(route)
            asked = route.view.access.get(route.action) if hasattr(route.view, "access") else None
            if isinstance(rule, Rule):
                assert asked == Access(rule.role, rule.scope)
            elif rule == PUBLIC:
                assert asked is None
            else:
                assert asked == Access(None)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_only_who_may_gets_through(route: Route, subtests: pytest.Subtests) -> None:
    walk, rule = Walk(route), _rule(route)
    assert walk.members

    for check in (*EVERYWHERE, *CHECKS[rule if isinstance(rule, str) else Rule]):
        # Each meets the same object, whatever the one before did to it.
        with subtests.test(check.__name__.strip("_").replace("_", " ")), _undone():
            check(walk, rule)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _the_anonymous_are_asked_who_they_are(walk: Walk, rule: Rule | str) -> None:
    response = walk.ask(APIClient())

    if rule == PUBLIC:
        assert b"not_authenticated" not in response.content
        assert response.status_code != 403
    else:
        problem_of(response, 401, "not_authenticated")


def _no_other_method_is_served(walk: Walk, _rule: Rule | str) -> None:
    served = {route.method: route for route in ROUTES if route.path == walk.route.path}
    if next(iter(served.values())) is not walk.route:
        return
    address = re.sub(r"<[^>]+>", str(getattr(walk.object, "pk", "")), walk.route.path)

    for method in {"get", "post", "put", "patch", "delete", "trace"} - set(served):
        response = walk.members[Role.MANAGER].generic(method.upper(), address)
        problem_of(response, 405, "method_not_allowed")
        assert set(served) <= set(response["Allow"].lower().split(", "))


def _a_role_too_low_is_refused_and_one_high_enough_is_not(walk: Walk, rule: Any) -> None:
    least, route = 0 if rule.role is None else rule.role.rank, walk.route

    for role in Role:
        response = walk.ask_as(role)
        if role.rank < least:
            problem_of(response, 403, "permission_denied")
        else:
            assert response.status_code not in {401, 403, 404}, (role, response.content)
            assert response.status_code < 500
            if route.action == "list" and route.noun not in WITHOUT_ROWS:
                assert walk.shows_object(response)


def _a_manager_of_another_brand_finds_nothing(walk: Walk, _rule: Rule | str) -> None:
    _finds_nothing(walk, walk.ask(with_token(MemberFactory(role=Role.MANAGER).user)))


def _who_is_of_no_brand_finds_nothing(walk: Walk, _rule: Rule | str) -> None:
    response = walk.ask(with_token(UserFactory()))

    _finds_nothing(walk, response)
    if not walk.route.has_object and walk.route.method != "get":
        problem_of(response, 403, "permission_denied")


def _finds_nothing(walk: Walk, response: Any) -> None:
    if walk.route.has_object:
        problem_of(response, 404, "not_found")
    elif walk.route.method == "get" and walk.route.noun not in WITHOUT_ROWS:
        assert response.status_code == 200
        assert not walk.shows_object(response)


def _a_key_needs_the_scope(walk: Walk, rule: Any) -> None:
    opening = {scope for scope in Scope if rule.scope in (scope, ANY_SCOPE)}
    others = set(Scope) - opening

    if others:
        problem_of(walk.ask(with_key(walk.brand, *others)), 403, "permission_denied")
    for scope in opening:
        response = walk.ask(with_key(walk.brand, scope))
        assert response.status_code not in {401, 403, 404}, (scope, response.content)
        assert response.status_code < 500


def _a_key_of_another_brand_finds_nothing(walk: Walk, rule: Any) -> None:
    response = walk.ask(with_key(BrandFactory(), *Scope))

    if rule.scope is None:
        problem_of(response, 403, "permission_denied")
    elif walk.route.has_object:
        problem_of(response, 404, "not_found")
    elif walk.object is not None and response.status_code == 200:
        assert not walk.shows_object(response)


def _what_is_for_staff_is_for_nobody_else(walk: Walk, _rule: Rule | str) -> None:
    for role in Role:
        problem_of(walk.ask_as(role), 403, "permission_denied")
    problem_of(walk.ask(with_key(walk.brand, *Scope)), 403, "permission_denied")
    staff = UserFactory(is_staff=True)
    problem_of(walk.ask(with_token(staff)), 400, "invalid")


def _what_is_ones_own_is_nobody_elses(walk: Walk, _rule: Rule | str) -> None:
    for role in Role:
        problem_of(walk.ask_as(role), 404, "not_found")
    problem_of(walk.ask(with_key(walk.brand, *Scope)), 403, "permission_denied")


def _what_is_part_of_a_restricted_incident_is_only_for_its_circle(walk: Walk, rule: Any) -> None:
    incident = _incident_of(walk.object)
    if incident is None:
        return
    reader = MemberFactory(brand=walk.brand, role=Role.APPROVER).user
    AssignmentFactory(incident=incident, person=reader)
    change_incident(
        incident=incident,
        visibility="restricted",
        actor=SYSTEM,
        now=timezone.now(),
        expected_version=None,
    )

    outside = walk.ask_as(Role.APPROVER)
    by_key = walk.ask(with_key(walk.brand, *Scope))

    for response in (outside, by_key):
        assert not walk.shows_object(response)
        if walk.route.has_object:
            assert response.status_code in {403, 404}, response.content
    if rule.role != Role.MANAGER and walk.route.has_object:
        problem_of(outside, 404, "not_found")
    for response in (walk.ask(with_token(reader)), walk.ask_as(Role.MANAGER)):
        assert response.status_code != 404, response.content


def _incident_of(thing: Any) -> Incident | None:
    """Return the incident that a thing is, or is part of."""
    if isinstance(thing, Incident):
        return thing
    if thing is None or not hasattr(thing, "brand_id"):
        return None
    if isinstance(thing, Publication):
        return thing.message.incident
    incident: Incident | None = getattr(thing, "incident", None)
    incident_id: UUID | None = getattr(thing, "incident_id", None)
    return incident or (Incident.objects.get(pk=incident_id) if incident_id else None)


Check = Callable[[Walk, Any], None]
EVERYWHERE: list[Check] = [_the_anonymous_are_asked_who_they_are, _no_other_method_is_served]
CHECKS: dict[Any, list[Check]] = {
    PUBLIC: [],
    STAFF: [_what_is_for_staff_is_for_nobody_else],
    OWN: [_what_is_ones_own_is_nobody_elses],
    Rule: [
        _a_role_too_low_is_refused_and_one_high_enough_is_not,
        _a_manager_of_another_brand_finds_nothing,
        _who_is_of_no_brand_finds_nothing,
        _a_key_needs_the_scope,
        _a_key_of_another_brand_finds_nothing,
        _what_is_part_of_a_restricted_incident_is_only_for_its_circle,
    ],
}


def test_only_the_public_is_open_to_everybody() -> None:
    opened = {str(route) for route in ROUTES if route.is_open}

    assert {name for name in opened if ALL_RULES[name] != PUBLIC} == set()
