"""Signing in and out, by cookie and by token."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import AccessToken, Brand, Role, Scope, SignInAttempt, User
from crisisapi.accounts.tasks import purge_expired_sign_ins
from tests.checks import problem_of
from tests.clients import bearing, with_key, with_token
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db

ME, SESSION, TOKENS = "/api/v1/me/", "/api/v1/session/", "/api/v1/access-tokens/"
PASSWORD = "קומקום רותח 17"
SIGN_IN = {"username": "noa", "password": PASSWORD}


@pytest.fixture
def noa(brand: Brand) -> User:
    user: User = MemberFactory(brand=brand, role=Role.APPROVER, user__username="noa").user
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def browser() -> APIClient:
    return APIClient(enforce_csrf_checks=True)


def test_a_session_signs_in_and_says_who_one_is(noa: User, browser: APIClient) -> None:
    response = browser.post(SESSION, SIGN_IN)

    body = response.json()
    assert response.status_code == 200
    assert (body["kind"], body["id"], body["scopes"]) == ("user", str(noa.pk), [])
    assert body["memberships"] == [{"brand": "rimon", "role": "approver", "department": "pr"}]
    assert browser.get(ME).json()["id"] == str(noa.pk)


def test_the_csrf_token_of_the_answer_lets_one_write(noa: User, browser: APIClient) -> None:
    token = browser.post(SESSION, SIGN_IN).json()["csrf_token"]

    response = browser.post("/api/v1/incidents/", {"title": "x"}, headers={"x-csrftoken": token})

    assert response.status_code == 201


def test_signing_out_ends_the_session(noa: User, browser: APIClient) -> None:
    token = browser.post(SESSION, SIGN_IN).json()["csrf_token"]

    response = browser.delete(SESSION, headers={"x-csrftoken": token})

    assert response.status_code == 204
    problem_of(browser.get(ME), 401)


def test_signing_out_without_a_session_does_no_harm(browser: APIClient) -> None:
    assert browser.delete(SESSION).status_code == 204


def test_a_token_signs_in_and_can_be_taken_back(noa: User) -> None:
    issued = APIClient().post(TOKENS, SIGN_IN).json()
    client = bearing(issued["token"])
    assert client.get(ME).json()["id"] == str(noa.pk)
    assert [row["id"] for row in client.get(TOKENS).json()["results"]] == [issued["id"]]

    response = client.delete(f"{TOKENS}{issued['id']}/")

    assert response.status_code == 204
    problem_of(client.get(ME), 401, "authentication_failed")


def test_only_the_hash_of_a_token_is_kept(noa: User) -> None:
    secret = APIClient().post(TOKENS, SIGN_IN).json()["token"]

    token = AccessToken.objects.get()

    assert secret not in str(vars(token))
    assert secret.startswith(token.prefix)


def test_nobody_sees_or_ends_the_tokens_of_another(noa: User, responder: User) -> None:
    token = APIClient().post(TOKENS, SIGN_IN).json()["id"]
    client = with_token(responder)

    response = client.delete(f"{TOKENS}{token}/")

    problem_of(response, 404)
    assert token not in client.get(TOKENS).content.decode()


def test_an_old_token_does_not_stand_in_the_way_of_a_new_one(noa: User) -> None:
    response = bearing("cat_long-dead").post(TOKENS, SIGN_IN)

    assert response.status_code == 201


def test_a_token_dies_on_time(noa: User, settings: Any) -> None:
    client = with_token(noa)

    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        response = client.get(ME)

    problem_of(response, 401, "authentication_failed")


def test_a_person_who_was_switched_off_is_nobody(noa: User, client_of: Any) -> None:
    cookie, token = client_of(noa), with_token(noa)
    User.objects.update(is_active=False)

    answers = [cookie.get(ME), token.get(ME), APIClient().post(TOKENS, SIGN_IN)]

    assert [answer.status_code for answer in answers] == [401, 401, 401]


@pytest.mark.parametrize("path", [SESSION, TOKENS])
@pytest.mark.parametrize(
    "change", [{"password": "wrong"}, {"username": "nobody"}, {"password": PASSWORD + " "}]
)
def test_a_wrong_password_says_no_more_than_that(
    noa: User, browser: APIClient, path: str, change: dict[str, str]
) -> None:
    response = browser.post(path, SIGN_IN | change)

    document = problem_of(response, 401, "wrong_password")
    assert document["detail"] == "The user name or the password is wrong."
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_after_ten_failures_even_the_right_password_waits(noa: User) -> None:
    client = APIClient()
    for _ in range(10):
        client.post(TOKENS, SIGN_IN | {"username": "NOA", "password": "wrong"})

    response = client.post(TOKENS, SIGN_IN)

    problem_of(response, 429, "too_many_attempts")
    assert response["Retry-After"] == "900"


def test_the_wait_ends(noa: User) -> None:
    client = APIClient()
    for _ in range(10):
        client.post(TOKENS, SIGN_IN | {"password": "wrong"})

    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        response = client.post(TOKENS, SIGN_IN)

    assert response.status_code == 201


def test_a_success_forgives_the_failures_before(noa: User) -> None:
    client = APIClient()
    for password in ["wrong"] * 9 + [PASSWORD] + ["wrong"] * 9:
        client.post(TOKENS, SIGN_IN | {"password": password})

    assert client.post(TOKENS, SIGN_IN).status_code == 201


def test_the_names_tried_are_not_kept(noa: User) -> None:
    APIClient().post(TOKENS, {"username": "my-password-by-mistake", "password": "x"})

    assert "my-password" not in str(vars(SignInAttempt.objects.get()))


def test_the_dead_are_purged(noa: User) -> None:
    with_token(noa)
    APIClient().post(TOKENS, SIGN_IN | {"password": "wrong"})

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        purge_expired_sign_ins()

    assert (AccessToken.objects.count(), SignInAttempt.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        "Basic bm9hOnB3",
        "Digest username=noa",
        "Token cat_x",
        "cat_x",
        "",
        "Negotiate",
        "Bearer",
        "Bearer ",
        "Bearer cat_x",
        "Bearer cak_x",
        "Bearer x",
        "bearer cat_" + "x" * 10_000,
        "Bearer  cat_x",
        "Bearer cat_\xff",
    ],
)
def test_whatever_is_no_token_of_ours_is_nobody(noa: User, said: str) -> None:
    response = APIClient(headers={"authorization": said}).get(ME)

    problem_of(response, 401)
    assert response["WWW-Authenticate"] == 'Bearer realm="crisisapi"'


@pytest.mark.parametrize("scope", Scope.values)
def test_a_key_of_any_scope_may_ask_who_it_is(brand: Brand, scope: str) -> None:
    body = with_key(brand, scope).get(ME).json()

    assert (body["kind"], body["name"], body["scopes"]) == ("api_key", "CI", [scope])


def test_a_key_has_no_tokens(brand: Brand) -> None:
    problem_of(with_key(brand, Scope.BRANDS_READ).get(TOKENS), 403)
