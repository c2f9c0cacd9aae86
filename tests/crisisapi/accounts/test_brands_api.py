"""Brands: made by staff, seen by their members, changed by their managers."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Member, Role, User
from crisisapi.accounts.services.brands import SlugTaken, create_brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.accounts import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

BRANDS = "/api/v1/brands/"
NEW = {"slug": "tapuz", "name": "תפוז", "languages": ["he", "ar"], "time_zone": "Asia/Jerusalem"}


@pytest.fixture
def staff(client_of: Any) -> APIClient:
    """The client of somebody who runs the service."""
    client: APIClient = client_of(UserFactory(username="root", is_staff=True))
    return client


def test_staff_make_a_brand_and_manage_it(staff: APIClient) -> None:
    response = staff.post(BRANDS, NEW)

    member = Member.objects.get()
    assert response.status_code == 201
    assert response["Location"].endswith(f"/api/v1/brands/{response.json()['id']}/")
    assert (member.user.username, member.role) == ("root", Role.MANAGER)
    verbs = Event.objects.order_by("position").values_list("verb", flat=True)
    assert list(verbs) == ["brand.created", "member.added"]


def test_others_make_no_brands(client_of: Any, manager: User) -> None:
    problem_of(client_of(manager).post(BRANDS, NEW), 403)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"slug": "Tapuz"}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"slug": "a--b"}, "slug"),
        ({"slug": "rimon"}, "slug"),
        ({"languages": ["hebrew"]}, "languages.0"),
        ({"languages": "he"}, "languages"),
        ({"languages": {"he": 1}}, "languages"),
        ({"languages": ["he"] * 21}, "languages"),
        ({"time_zone": "Jerusalem"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ],
)
def test_a_senseless_brand_is_refused(
    staff: APIClient, brand: Brand, fields: dict[str, Any], code: str
) -> None:
    response = staff.post(BRANDS, NEW | fields)

    assert list(codes_of(problem_of(response, 400))) == [code]


def test_a_slug_taken_meanwhile_is_a_refusal(brand: Brand, manager: User) -> None:
    with pytest.raises(SlugTaken):
        create_brand(
            founder=manager, actor=SYSTEM, now=timezone.now(), slug=brand.slug, name="Rimon"
        )


def test_a_manager_changes_it_and_its_slug_never(client_of: Any, manager: User) -> None:
    client, path = client_of(manager), f"{BRANDS}{Brand.objects.get().pk}/"

    changed = client.patch(path, {"name": "Rimon"}, headers={"if-match": '"v1"'})
    refused = client.patch(path, {"slug": "other"}, headers={"if-match": '"v2"'})

    assert changed.json()["name"] == "Rimon"
    assert codes_of(problem_of(refused, 400)) == {"slug": ["unknown_field"]}


def test_one_sees_only_ones_own(client_of: Any, viewer: User, stranger: User) -> None:
    client = client_of(viewer)
    theirs = stranger.memberships.get().brand

    assert [row["slug"] for row in client.get(BRANDS).json()["results"]] == ["rimon"]
    problem_of(client.get(f"{BRANDS}{theirs.pk}/"), 404)


def test_who_belongs_to_several_brands_must_name_one(api: APIClient, responder: User) -> None:
    MemberFactory(user=responder)

    response = api.post("/api/v1/incidents/", {"title": "x"})

    assert codes_of(problem_of(response, 400)) == {"brand": ["needed"]}


def test_a_role_counts_in_its_own_brand_only(api: APIClient, responder: User) -> None:
    elsewhere = MemberFactory(user=responder, role=Role.VIEWER).brand

    response = api.post("/api/v1/incidents/", {"title": "x", "brand": elsewhere.slug})

    problem_of(response, 403, "permission_denied")


def test_a_list_costs_the_same_however_long(api: APIClient, responder: User) -> None:
    few = len(queries_of(api, BRANDS))
    MemberFactory.create_batch(30, user=responder)

    assert len(queries_of(api, BRANDS)) == few
