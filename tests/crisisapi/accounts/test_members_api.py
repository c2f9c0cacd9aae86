"""Who belongs to a brand, and as what."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Member, Role, User
from crisisapi.accounts.services.members import LastManager, change_member
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.accounts import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

MEMBERS = "/api/v1/members/"


@pytest.fixture
def boss(client_of: Any, manager: User) -> APIClient:
    """The client of the manager."""
    client: APIClient = client_of(manager)
    return client


def test_a_manager_adds_a_member(boss: APIClient) -> None:
    UserFactory(username="dana")

    response = boss.post(MEMBERS, {"username": "dana", "role": "approver", "department": "legal"})

    assert response.status_code == 201
    assert response.json()["username"] == "dana"
    assert Event.objects.get().verb == "member.added"


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"username": "nobody"}, {"username": ["does_not_exist"]}),
        ({"username": "gone"}, {"username": ["does_not_exist"]}),
        ({"role": "owner"}, {"role": ["invalid_choice"]}),
        ({"role": None}, {"role": ["null"]}),
        ({"brand": "other"}, {"brand": ["does_not_exist"]}),
    ],
)
def test_a_senseless_member_is_refused(
    boss: APIClient, fields: dict[str, Any], codes: dict[str, list[str]]
) -> None:
    UserFactory(username="dana")
    UserFactory(username="gone", is_active=False)

    response = boss.post(MEMBERS, {"username": "dana", "role": "viewer"} | fields)

    assert codes_of(problem_of(response, 400)) == codes


def test_nobody_is_a_member_twice(boss: APIClient, viewer: User) -> None:
    response = boss.post(MEMBERS, {"username": viewer.username, "role": "manager"})

    problem_of(response, 409, "already_member")


def test_a_role_changes_by_version(boss: APIClient, viewer: User) -> None:
    path = f"{MEMBERS}{viewer.memberships.get().pk}/"

    response = boss.patch(path, {"role": "responder"}, headers={"if-match": '"v1"'})

    assert (response.json()["role"], response.json()["version"]) == ("responder", 2)


def test_an_edit_that_changes_nothing_leaves_no_trace(boss: APIClient, viewer: User) -> None:
    path = f"{MEMBERS}{viewer.memberships.get().pk}/"

    response = boss.patch(path, {"role": "viewer"}, headers={"if-match": '"v1"'})

    assert response.json()["version"] == 1
    assert not Event.objects.exists()


def test_the_last_manager_stays(boss: APIClient, manager: User) -> None:
    path = f"{MEMBERS}{manager.memberships.get().pk}/"

    demoted = boss.patch(path, {"role": "viewer"}, headers={"if-match": "*"})
    removed = boss.delete(path, headers={"if-match": "*"})

    problem_of(demoted, 409, "last_manager")
    problem_of(removed, 409, "last_manager")


def test_one_of_two_managers_may_go(boss: APIClient, brand: Brand) -> None:
    other = MemberFactory(brand=brand, role=Role.MANAGER)

    response = boss.delete(f"{MEMBERS}{other.pk}/", headers={"if-match": '"v1"'})

    assert response.status_code == 204
    assert Event.objects.get().verb == "member.removed"


def test_removing_needs_the_version(boss: APIClient, viewer: User) -> None:
    path = f"{MEMBERS}{viewer.memberships.get().pk}/"

    problem_of(boss.delete(path), 428)
    problem_of(boss.delete(path, headers={"if-match": '"v9"'}), 412)


def test_who_is_removed_sees_nothing_any_more(boss: APIClient, viewer: User) -> None:
    client = APIClient()
    client.force_login(viewer)
    path = f"{MEMBERS}{viewer.memberships.get().pk}/"
    assert client.get(path).status_code == 200

    boss.delete(path, headers={"if-match": "*"})

    problem_of(client.get(path), 404)


def test_a_list_costs_the_same_however_long(boss: APIClient, brand: Brand) -> None:
    few = len(queries_of(boss, MEMBERS))
    MemberFactory.create_batch(30, brand=brand)

    assert len(queries_of(boss, MEMBERS)) == few


@pytest.mark.django_db(transaction=True)
def test_two_managers_cannot_demote_each_other_at_once(brand: Brand) -> None:
    members = [MemberFactory(brand=brand, role=Role.MANAGER) for _ in range(2)]
    together = Barrier(2)

    def demote(member: Member) -> bool:
        try:
            together.wait(timeout=60)
            change_member(
                member=member,
                role=Role.VIEWER,
                actor=SYSTEM,
                now=timezone.now(),
                expected_version=None,
            )
        except LastManager:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(demote, members))

    assert sorted(done) == [False, True]
    assert Member.objects.filter(role=Role.MANAGER).count() == 1
