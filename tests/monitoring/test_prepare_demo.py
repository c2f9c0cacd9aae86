import json
import re
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Member, User
from crisisapi.events.models import Event
from incidents.models import Playbook
from monitoring.models import Query, Source
from monitoring.services.demo import new_password

pytestmark = pytest.mark.django_db


def prepare() -> dict[str, Any]:
    output = StringIO()
    call_command("prepare_demo", stdout=output)
    assert output.getvalue().count("\n") == 1
    answer: dict[str, Any] = json.loads(output.getvalue())
    return answer


def test_the_first_start_makes_an_administrator_and_tells_the_password() -> None:
    answer = prepare()

    user = authenticate(username=answer["username"], password=answer["password"])
    assert isinstance(user, User)
    assert user.is_superuser


def test_a_later_start_changes_nothing_and_tells_no_password() -> None:
    first = prepare()
    events = Event.objects.count()

    second = prepare()

    assert second["password"] is None
    same = ("brand", "source", "secret", "playbook")
    assert [second[name] for name in same] == [first[name] for name in same]
    assert Event.objects.count() == events
    assert (Brand.objects.count(), User.objects.count(), Source.objects.count()) == (1, 3, 1)


def test_the_people_have_the_roles_that_the_play_needs() -> None:
    prepare()

    members = Member.objects.filter(brand__slug="rimon-home")
    assert set(members.values_list("user__username", "role", "department")) == {
        ("admin", "manager", "other"),
        ("noa", "responder", "pr"),
        ("daniel", "approver", "legal"),
    }


def test_the_brand_has_queries() -> None:
    prepare()

    assert set(Query.objects.values_list("kind", flat=True)) == {"brand", "topic"}


def test_the_players_cannot_sign_in_with_a_password() -> None:
    prepare()

    assert not any(
        User.objects.get(username=name).has_usable_password() for name in ("noa", "daniel")
    )


def test_each_player_has_a_token_that_works() -> None:
    answer = prepare()

    for name, token in answer["tokens"].items():
        client = APIClient(headers={"Authorization": f"Bearer {token}"})
        memberships = client.get("/api/v1/me/").data["memberships"]

        assert [membership["brand"] for membership in memberships] == ["rimon-home"], name


def test_the_playbook_for_dangerous_products_is_there() -> None:
    answer = prepare()

    playbook = Playbook.objects.get(pk=answer["playbook"])
    assert "product_safety" in playbook.kinds
    assert playbook.on_opening == "suggest"


def test_a_playbook_that_a_manager_renamed_is_not_made_again() -> None:
    first = prepare()
    Playbook.objects.filter(pk=first["playbook"]).update(name="Ours")

    second = prepare()

    assert second["playbook"] == first["playbook"]
    assert Playbook.objects.count() == 2


def test_what_a_manager_changed_stays_changed() -> None:
    prepare()
    Member.objects.filter(user__username="noa").update(role="viewer")

    prepare()

    assert Member.objects.get(user__username="noa").role == "viewer"


def test_a_password_can_be_read_out_and_is_hard_to_guess() -> None:
    passwords = [new_password() for _ in range(50)]

    assert all(re.fullmatch(r"[a-z]{4}(-[a-z]{4}){3}", password) for password in passwords)
    assert len(set(passwords)) == len(passwords)
