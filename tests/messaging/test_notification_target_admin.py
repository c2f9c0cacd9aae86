"""Targets in the admin: the secret of a webhook is shown once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.messages import get_messages
from django.test import Client
from standardwebhooks import Webhook

from crisisapi.accounts.models import Brand
from messaging.models import NotificationTarget
from tests.factories.accounts import UserFactory
from tests.factories.messaging import NotificationTargetFactory
from tests.messaging.alerting import SECRET, a_receiver
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

LIST = "/admin/messaging/notificationtarget/"
FILLED_IN = {
    "way": "webhook",
    "name": "On-call desk",
    "address": "https://desk.rimon.example/crisis",
    "timing": "at_once",
    "kinds": "{}",
    "digest_minutes": "60",
    "wake_for_urgent": "on",
    "is_active": "on",
}


@pytest.fixture
def root() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(UserFactory(is_staff=True, is_superuser=True, language="en"))
    return client


@pytest.fixture
def server(settings: LazySettings) -> Iterator[FakeServer]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with serving() as fake:
        yield fake


def _do(root: Client, action: str, target: NotificationTarget) -> list[str]:
    said: Any = {"action": action, "_selected_action": [str(target.pk)]}
    response = root.post(LIST, said)
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_secret_is_shown_when_it_is_made_and_never_again(root: Client, brand: Brand) -> None:
    response = root.post(f"{LIST}add/", {**FILLED_IN, "brand": str(brand.pk)})

    said = [str(message) for message in get_messages(response.wsgi_request)]
    target = NotificationTarget.objects.get()
    root.get(LIST)
    page = root.get(f"{LIST}{target.pk}/change/").content.decode()
    assert any(target.secret in one for one in said)
    assert target.secret.startswith("whsec_")
    assert target.secret not in page


def test_a_webhook_of_a_person_is_refused_in_words(root: Client, brand: Brand) -> None:
    person = {"brand": str(brand.pk), "person": str(UserFactory().pk)}

    response = root.post(f"{LIST}add/", {**FILLED_IN, **person})

    assert "Webhooks are for teams" in response.content.decode()
    assert not NotificationTarget.objects.exists()


def test_a_new_secret_is_shown_and_the_old_one_signs_another_day(
    root: Client, brand: Brand, server: FakeServer
) -> None:
    target = a_receiver(brand, server)

    [said] = _do(root, "rotate_secrets", target)

    target.refresh_from_db()
    assert (target.secret in said, target.previous_secret) == (True, SECRET)


def test_a_chat_has_none_to_rotate(root: Client, brand: Brand) -> None:
    [said] = _do(root, "rotate_secrets", NotificationTargetFactory(brand=brand))

    assert said == "#crisis: Only webhooks have a signing secret."


def test_a_test_says_what_came_of_it(root: Client, brand: Brand, server: FakeServer) -> None:
    target = a_receiver(brand, server, name="Desk")
    server.then(Reply(204), Reply(500))

    said = [_do(root, "test_them", target) for _ in range(2)]

    assert said[0] == ["Desk: it got there."]
    assert "Desk: The receiver answered 500." in said[1]
    assert Webhook(SECRET).verify(server.seen[0].body, dict(server.seen[0].headers))
