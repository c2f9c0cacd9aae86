"""The forms of subscribers, as people and mail programs meet them."""

from typing import Any

import pytest
from django.test import Client

from messaging.models import PublicPage, Subscriber
from messaging.services.subscribers import PER_CLIENT, token_of
from tests.checks import problem_of
from tests.factories.public import SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mails_leave")]

FORM = "/p/rimon/en/subscribe/"


def ask(client: Client, address: str = "noa@example.org", **more: Any) -> Any:
    return client.post(FORM, {"address": address, **more})


def test_the_form_takes_an_address_without_a_cookie(page: PublicPage) -> None:
    client = Client(enforce_csrf_checks=True)

    response = ask(client)

    assert response.status_code == 200
    assert not response.cookies
    assert Subscriber.objects.get().language == "en"
    assert response["Cache-Control"] == "no-store"


def test_the_answer_is_the_same_whoever_is_known(client: Client, page: PublicPage) -> None:
    SubscriberFactory(page=page, address="noa@example.org")

    assert ask(client).content == ask(client, "new@example.org").content


def test_a_program_that_fills_in_everything_subscribes_nobody(
    client: Client, page: PublicPage
) -> None:
    trapped = ask(client, website="https://spam.example")

    assert trapped.content == ask(client, "new@example.org").content
    assert Subscriber.objects.count() == 1


def test_a_mistake_is_told_at_the_field_with_what_was_typed(
    client: Client, page: PublicPage
) -> None:
    response = ask(client, 'noa@"><script>')

    text = response.content.decode()
    assert response.status_code == 400
    assert 'aria-invalid="true"' in text
    assert "Give an e-mail address" in text
    assert "<title>Error:" in text
    assert "noa@&quot;&gt;&lt;script&gt;" in text


def test_too_many_requests_are_told_when_to_come_back(client: Client, page: PublicPage) -> None:
    for number in range(PER_CLIENT):
        ask(client, f"noa{number}@example.org")

    response = ask(client, "one-more@example.org")

    assert response.status_code == 429
    assert response["Retry-After"]


def test_behind_a_proxy_the_caller_is_who_the_proxy_saw(
    client: Client, page: PublicPage, settings: Any
) -> None:
    settings.BEHIND_TLS = True
    for number in range(PER_CLIENT):
        headers = {"x-forwarded-for": f"203.0.113.{number}, 192.0.2.7"}
        client.post(FORM, {"address": f"noa{number}@example.org"}, headers=headers)

    same = client.post(
        FORM, {"address": "a@example.org"}, headers={"x-forwarded-for": "1.1.1.1, 192.0.2.7"}
    )
    other = client.post(
        FORM, {"address": "b@example.org"}, headers={"x-forwarded-for": "192.0.2.8"}
    )

    assert (same.status_code, other.status_code) == (429, 200)


def test_a_program_that_follows_links_changes_nothing(client: Client, page: PublicPage) -> None:
    pending = SubscriberFactory(page=page, status="pending")
    confirmed = SubscriberFactory(page=page)

    for method in (client.get, client.head):
        assert method(f"/p/rimon/he/confirm/{token_of(pending, 'confirm')}/").status_code == 200
        assert method(f"/p/rimon/he/leave/{token_of(confirmed, 'leave')}/").status_code == 200

    assert {row.status for row in Subscriber.objects.all()} == {"pending", "confirmed"}


def test_pages_of_one_person_are_kept_and_found_by_nobody(client: Client, page: PublicPage) -> None:
    confirmed = SubscriberFactory(page=page)

    response = client.get(f"/p/rimon/he/leave/{token_of(confirmed, 'leave')}/")

    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("step", ["confirm", "leave"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_is_told_kindly(
    client: Client, page: PublicPage, step: str, method: str
) -> None:
    response = getattr(client, method)(f"/p/rimon/en/{step}/forged/")

    assert response.status_code == 404
    assert "does not work any more" in response.content.decode()


def test_without_a_mail_server_there_is_no_form(
    client: Client, page: PublicPage, settings: Any
) -> None:
    settings.MAIL_IS_ON = False

    assert client.get(FORM).status_code == 404
    assert "by e-mail" not in client.get("/p/rimon/en/").content.decode()


def test_the_api_takes_an_address_and_says_no_more(client: Client, page: PublicPage) -> None:
    SubscriberFactory(page=page, address="noa@example.org")
    path = "/api/v1/public/rimon/subscribers/"

    known = client.post(path, {"address": "noa@example.org"}, "application/json")
    new = client.post(path, {"address": "new@example.org"}, "application/json")

    assert known.status_code == new.status_code == 202
    assert known.json() == new.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "address"),
        ({"address": "noa"}, "address"),
        ({"address": ["noa@example.org"]}, "address"),
        ({"address": "noa@example.org", "language": "fr"}, "language"),
        ({"address": "noa@example.org", "name": "Noa"}, "name"),
    ],
)
def test_the_api_refuses_by_field(
    client: Client, page: PublicPage, body: dict[str, Any], field: str
) -> None:
    response = client.post("/api/v1/public/rimon/subscribers/", body, "application/json")

    assert set(problem_of(response, 400)["errors"]) == {field}
