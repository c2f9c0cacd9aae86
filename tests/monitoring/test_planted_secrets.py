"""A secret of a source is found nowhere, whatever its platform answers and repeats."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client

from crisisapi.accounts.models import Brand, Role, User
from crisisapi.common.actors import Actor
from monitoring.models import Delivery, Intake, Source
from monitoring.services.fetching import fetch_source
from monitoring.services.sources import change_source, create_source
from monitoring.sources import PROVIDERS
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.messaging import NotificationTargetFactory
from tests.planting import (
    DIGITS,
    HEX,
    answered,
    echoes,
    is_clean,
    logged,
    mailed,
    planted,
    planted_in,
    shown_in_admin,
    stored,
)
from tests.servers import FakeServer, Reply, Seen, serving

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
# What is no secret and has to make sense; the rest of the settings is left to its kind.
SETTINGS = {
    "brandwatch": {"project_id": "7", "query_ids": "77"},
    "facebook": {"page_id": "100"},
    "google_alerts": {},
    "hootsuite": {},
    "instagram": {"ig_user_id": "200"},
    "mention": {"alerts": "5", "account": "9"},
    "rss": {},
    "file": {},
    "webhook": {},
    "x": {"mode": "search", "query": "kettle"},
}


@pytest.fixture
def server(settings: Any) -> Iterator[FakeServer]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    settings.OUTBOUND_PATIENCE_SECONDS = 2
    with serving() as server, time_machine.travel(NOW, tick=False):
        yield server


@pytest.fixture
def boss(brand: Brand) -> User:
    user: User = MemberFactory(brand=brand, role=Role.MANAGER).user
    NotificationTargetFactory(brand=brand)
    return user


@pytest.fixture(autouse=True)
def _log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "factory")


def _always(reply: Reply, _seen: Seen) -> Reply:
    return reply


def _settings(kind: str, server: FakeServer) -> dict[str, str]:
    known = {one.name for one in PROVIDERS[kind].settings}
    places = known & {"api_base", "stream_base", "url"}
    return SETTINGS[kind] | dict.fromkeys(places, server.url)


def _values(kind: str, server: FakeServer) -> dict[str, str]:
    """Return credentials that have to look like something."""
    return {
        "google_alerts": {"url": f"{server.url}/alerts/feeds/24682468/{DIGITS}"},
        "rss": {"username": "rimon"},
        "brandwatch": {"username": "ella@rimon.example"},
        "hootsuite": {"inbox_secret": HEX, "callback_token": HEX[::-1]},
    }.get(kind, {})


def _secrets(source: Source) -> list[str]:
    own = [source.secret] if source.secret else []
    fresh = [planted("access_token"), planted("refresh_token")]
    return [*source.credentials.values(), *own, *fresh]


@pytest.fixture(params=sorted(PROVIDERS))
def source(request: pytest.FixtureRequest, brand: Brand, boss: User, server: FakeServer) -> Source:
    kind = request.param
    credentials = planted_in(PROVIDERS[kind].credentials, _values(kind, server))
    made, _secret = create_source(
        brand=brand,
        slug="planted",
        name="Planted",
        kind=kind,
        settings=_settings(kind, server),
        credentials=credentials,
        actor=Actor("user", boss.pk),
        now=NOW,
    )
    if made.secret:
        Source.objects.filter(pk=made.pk).update(secret=planted("signing"))
    Intake.objects.filter(pk=made.pk).update(
        tokens={"access_token": planted("access_token"), "token": planted("refresh_token")}
    )
    return Source.objects.select_related("intake", "brand").get(pk=made.pk)


def _ask(source: Source, api: Any) -> str:
    """Test it, ask it, and let the workers ask it; returns what the API answered."""
    path = f"/api/v1/sources/{source.pk}"
    said = [api.post(f"{path}/test/", format="json"), api.post(f"{path}/sync/", format="json")]
    Intake.objects.filter(pk=source.pk).update(due_at=NOW, lease=None, leased_until=None)
    fetch_source(source.pk, seconds=5.0)
    return "\n".join(one.content.decode() for one in said)


def _is_nowhere(source: Source, api: Any, caplog: pytest.LogCaptureFixture) -> bool:
    path = f"/api/v1/sources/{source.pk}"
    said = answered(
        api,
        path + "/",
        "/api/v1/sources/?brand=rimon",
        "/api/v1/deliveries/?brand=rimon",
        "/api/v1/events/?brand=rimon",
        "/api/v1/notifications/",
        *[f"/api/v1/deliveries/{row.pk}/" for row in Delivery.objects.all()],
    )
    desk = Client()
    desk.force_login(UserFactory(is_staff=True, is_superuser=True))
    pages = shown_in_admin(desk, source, *Delivery.objects.all())
    return (
        is_clean("database", stored())
        and is_clean("log", logged(caplog))
        and is_clean("API", said)
        and is_clean("admin", pages)
        and is_clean("mail", mailed())
    )


def test_nothing_a_platform_repeats_is_kept_told_or_logged(
    source: Source,
    boss: User,
    server: FakeServer,
    client_of: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    api = client_of(boss)
    for trouble, reply in echoes(_secrets(source)).items():
        server.answer = partial(_always, reply)

        assert is_clean(trouble, _ask(source, api) + stored())

    assert server.seen or not PROVIDERS[source.kind].is_fetched
    assert _is_nowhere(source, api, caplog)


def test_a_platform_that_stays_silent_is_told_nothing_of(
    source: Source,
    boss: User,
    server: FakeServer,
    settings: Any,
    client_of: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.2
    server.answer = partial(_always, Reply(seconds=3.0))
    api = client_of(boss)

    said = _ask(source, api)

    assert is_clean("answers", said)
    assert _is_nowhere(source, api, caplog)


def test_what_is_pushed_with_a_wrong_secret_is_kept_without_it(
    source: Source, boss: User, client_of: Any, caplog: pytest.LogCaptureFixture
) -> None:
    secret = planted("wrong")
    headers = {
        "Authorization": f"Bearer {secret}",
        "Webhook-Id": "msg_1",
        "Webhook-Signature": f"v1,{secret}",
        "X-Hub-Signature-256": f"sha256={secret}",
        "X-Twitter-Webhooks-Signature": f"sha256={secret}",
        "X-Hootsuite-Signature": secret,
        "Cookie": f"session={secret}",
        "X-Api-Key": secret,
    }
    path = f"/api/v1/sources/{source.pk}/webhook/"
    query = {"hub.mode": "subscribe", "hub.verify_token": secret, "hub.challenge": "1"}

    pushed = Client().post(path, b'{"mentions": []}', "application/json", headers=headers)
    asked = Client().get(path, query, headers=headers)

    assert is_clean("answers", (pushed.content + asked.content).decode())
    assert _is_nowhere(source, client_of(boss), caplog)


def test_credentials_that_are_changed_leave_no_trace(
    source: Source, boss: User, client_of: Any, caplog: pytest.LogCaptureFixture
) -> None:
    fields = [one.name for one in PROVIDERS[source.kind].credentials if one.is_secret]
    change_source(
        source=source,
        credentials={name: source.credentials[name] + "00" for name in fields},
        name="Planted anew",
        actor=Actor("user", boss.pk),
        now=NOW,
        expected_version=None,
    )

    assert _is_nowhere(source, client_of(boss), caplog)
