"""Where people and teams want to be told."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from messaging.models import NotificationTarget
from messaging.rules.signing import key_of
from tests.factories.messaging import NotificationTargetFactory
from tests.messaging.conftest import patch, post
from tests.servers import FakeServer, Reply

pytestmark = pytest.mark.django_db

HOOK = "https://chat.example.org/hooks/secret-token"


@pytest.fixture
def api(client_of: Callable[[User], APIClient], responder: User) -> APIClient:
    return client_of(responder)


@pytest.fixture
def chat(settings: LazySettings) -> Iterator[FakeServer]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    server = FakeServer()
    server.start()
    yield server
    server.stop()


def test_a_person_names_a_chat_of_their_own(api: APIClient, brand: Brand, responder: User) -> None:
    response = post(
        api,
        "notification-targets/",
        brand=brand.slug,
        way="chat",
        address=HOOK,
        kinds={"lesson": "never"},
        quiet_from="22:00",
        quiet_until="07:00",
    )

    target = NotificationTarget.objects.get()
    assert (response.status_code, target.person, target.address) == (201, responder, HOOK)
    assert (response.json()["has_address"], response.json()["kinds"]) == (True, {"lesson": "never"})


def test_an_address_is_shown_nowhere(api: APIClient, brand: Brand) -> None:
    response = post(api, "notification-targets/", brand=brand.slug, way="chat", address=HOOK)

    told = str(list(Event.objects.values_list("data", flat=True)))
    assert "secret-token" not in response.content.decode() + told


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"way": "chat"}, "address"),
        ({"way": "chat", "address": "javascript:alert(1)"}, "address"),
        ({"way": "email", "address": "me@example.org"}, "address"),
        ({"way": "email", "kinds": {"gossip": "never"}}, "kinds"),
        ({"way": "email", "kinds": {"lesson": "sometimes"}}, "kinds.lesson"),
        ({"way": "email", "quiet_from": "22:00"}, "quiet_until"),
        ({"way": "email", "digest_minutes": 1}, "digest_minutes"),
        ({"way": "pigeon"}, "way"),
        ({"way": "webhook", "address": HOOK}, "way"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    api: APIClient, brand: Brand, said: dict[str, object], field: str
) -> None:
    response = post(api, "notification-targets/", brand=brand.slug, **said)

    assert (response.status_code, list(response.json()["errors"])) == (400, [field])


def test_a_second_mailbox_is_refused(api: APIClient, brand: Brand) -> None:
    post(api, "notification-targets/", brand=brand.slug, way="email")

    response = post(api, "notification-targets/", brand=brand.slug, way="email")

    assert (response.status_code, response.json()["code"]) == (409, "mailbox_exists")


def test_nobody_sees_the_targets_of_another(
    api: APIClient, brand: Brand, manager: User, client_of: Callable[[User], APIClient]
) -> None:
    post(api, "notification-targets/", brand=brand.slug, way="email")

    response = client_of(manager).get("/api/v1/notification-targets/")

    assert response.json()["results"] == []


def test_only_managers_name_the_chat_of_the_team(
    api: APIClient, brand: Brand, manager: User, client_of: Callable[[User], APIClient]
) -> None:
    said = {"brand": brand.slug, "way": "chat", "address": HOOK}

    refused = post(api, "team-notification-targets/", **said)
    done = post(client_of(manager), "team-notification-targets/", **said)

    assert (refused.status_code, done.status_code, done.json()["person"]) == (403, 201, None)


def test_a_stale_edit_is_refused(
    brand: Brand, manager: User, client_of: Callable[[User], APIClient]
) -> None:
    target = NotificationTargetFactory(brand=brand)
    path = f"team-notification-targets/{target.pk}/"

    response = patch(client_of(manager), path, version=7, timing="digest")

    assert response.status_code == 412


def test_a_trial_says_what_came_of_it(
    brand: Brand, manager: User, chat: FakeServer, client_of: Callable[[User], APIClient]
) -> None:
    target = NotificationTargetFactory(brand=brand, address=f"{chat.url}/hook", language="en")
    path = f"team-notification-targets/{target.pk}/test/"
    chat.then(Reply(200, "ok"), Reply(403, "invalid_token"))

    answers = [post(client_of(manager), path).json() for _ in range(2)]

    assert answers == [
        {"is_sent": True, "error": ""},
        {"is_sent": False, "error": "The chat answered 403."},
    ]


def test_one_that_failed_begins_anew_with_the_same_words(
    api: APIClient, brand: Brand, responder: User
) -> None:
    target = NotificationTargetFactory(
        brand=brand,
        person=responder,
        failing_since=timezone.now(),
        last_error="The chat answered 403.",
    )

    answer = patch(api, f"notification-targets/{target.pk}/", name=target.name).json()

    assert (answer["failing_since"], answer["last_error"], answer["version"]) == (None, "", 2)


@pytest.fixture
def desk(client_of: Callable[[User], APIClient], manager: User) -> APIClient:
    return client_of(manager)


def _receiver(desk: APIClient, brand: Brand) -> dict[str, str]:
    said = {"brand": brand.slug, "way": "webhook", "name": "Desk", "address": HOOK}
    answer: dict[str, str] = post(desk, "team-notification-targets/", **said).json()
    return answer


def test_the_secret_of_a_webhook_is_shown_once(desk: APIClient, brand: Brand) -> None:
    made = _receiver(desk, brand)

    read = desk.get(f"/api/v1/team-notification-targets/{made['id']}/").json()
    listed = desk.get("/api/v1/team-notification-targets/").json()["results"][0]
    told = str(list(Event.objects.values_list("data", flat=True)))
    assert key_of(made["secret"]) is not None
    assert NotificationTarget.objects.get().secret == made["secret"]
    assert "secret" not in {*read, *listed}
    assert made["secret"] not in told


def test_it_is_stored_encrypted(desk: APIClient, brand: Brand) -> None:
    made = _receiver(desk, brand)

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM messaging_notificationtarget")
        [(stored,)] = cursor.fetchall()
    assert made["secret"] not in stored


def test_a_chat_has_no_secret(desk: APIClient, brand: Brand) -> None:
    said = {"brand": brand.slug, "way": "chat", "address": HOOK}

    assert post(desk, "team-notification-targets/", **said).json()["secret"] == ""


@pytest.mark.parametrize("address", ["", "desk", "ftp://desk.example", "https://a:b@desk.example"])
def test_an_address_that_is_none_is_refused(desk: APIClient, brand: Brand, address: str) -> None:
    said = {"brand": brand.slug, "way": "webhook", "address": address}

    response = post(desk, "team-notification-targets/", **said)

    assert (response.status_code, list(response.json()["errors"])) == (400, ["address"])


def test_a_rotated_secret_is_new_and_the_old_one_signs_for_a_while(
    desk: APIClient, brand: Brand
) -> None:
    made = _receiver(desk, brand)

    answer = post(
        desk, f"team-notification-targets/{made['id']}/rotate-secret/", overlap_hours=2
    ).json()

    now = timezone.now()
    target = NotificationTarget.objects.get()
    assert target.secrets(now=now) == (answer["secret"], made["secret"])
    assert target.secrets(now=now + timedelta(hours=2)) == (answer["secret"],)
    assert answer["previous_secret_until"] is not None
    assert Event.objects.filter(verb="notificationtarget.secret_rotated").count() == 1


def test_what_is_not_signed_has_no_secret_to_rotate(desk: APIClient, brand: Brand) -> None:
    target = NotificationTargetFactory(brand=brand)

    response = post(desk, f"team-notification-targets/{target.pk}/rotate-secret/")

    assert (response.status_code, response.json()["code"]) == (409, "target_not_signed")


def test_a_stale_rotation_is_refused(desk: APIClient, brand: Brand) -> None:
    made = _receiver(desk, brand)
    path = f"/api/v1/team-notification-targets/{made['id']}/rotate-secret/"

    response = desk.post(path, {}, format="json", headers={"If-Match": '"v7"'})

    assert response.status_code == 412


def test_a_new_address_keeps_the_secret(desk: APIClient, brand: Brand) -> None:
    made = _receiver(desk, brand)

    patch(desk, f"team-notification-targets/{made['id']}/", address="https://new.example/in")

    target = NotificationTarget.objects.get()
    assert (target.address, target.secret) == ("https://new.example/in", made["secret"])
