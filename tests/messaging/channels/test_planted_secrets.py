"""A secret of a channel is found nowhere, whatever its platform answers and repeats."""

import logging
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crisisapi.accounts.models import User
from crisisapi.common.actors import Actor
from incidents.models import Incident
from messaging.channels import WAYS
from messaging.models import Channel, Message, Publication, PublicationPart
from messaging.services.channels import add_channel
from messaging.services.parts import digest_of
from messaging.services.performing import due_parts, perform_part
from tests.factories.accounts import UserFactory
from tests.factories.messaging import MessageFactory, NotificationTargetFactory, PublicationFactory
from tests.planting import (
    MARK,
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

# What is no secret and has to make sense, and the platform that it reaches.
SETTINGS: dict[str, tuple[str, dict[str, str]]] = {
    "manual": ("tiktok", {}),
    "page": ("website", {}),
    "x": ("x", {}),
    "facebook": ("facebook", {"page_id": "100"}),
    "instagram": ("instagram", {"ig_user_id": "200"}),
    "hootsuite": ("x", {"social_profile_id": "300"}),
    "mastodon": ("mastodon", {}),
    "bluesky": ("bluesky", {"handle": "rimon.bsky.social"}),
    "webhook": ("website", {}),
    "email": (
        "email",
        {
            "host": "127.0.0.1",
            "security": "none",
            "sender": "press@rimon.example",
            "recipients": "desk@paper.example",
        },
    ),
}
SIGNING = "whsec_" + b64encode(planted("signing").encode()).decode()
VALUES = {
    "webhook": dict.fromkeys(("secret", "previous_secret"), SIGNING),
    "bluesky": {"did": "did:plc:rimon"},
    "hootsuite": {"client_id": "rimon"},
}
HOURS = timedelta(hours=6)
PICTURE = {
    "url": "https://rimon.example/k2.jpg",
    "mime_type": "image/jpeg",
    "alt_text": "K2",
    "size": 3,
    "sha256": "",
}


@pytest.fixture
def server(settings: Any) -> Iterator[FakeServer]:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.5
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "factory")


@pytest.fixture(params=sorted(WAYS))
def channel(
    request: pytest.FixtureRequest, incident: Incident, manager: User, server: FakeServer
) -> Channel:
    kind = request.param
    known = {one.name for one in WAYS[kind].settings}
    platform, settings = SETTINGS[kind]
    places = {name: server.url for name in ("api_base", "url") if name in known}
    port = {"port": server.url.rpartition(":")[2]} if "port" in known else {}
    NotificationTargetFactory(brand=incident.brand)
    return add_channel(
        brand=incident.brand,
        name="Planted",
        platform=platform,
        kind=kind,
        settings={**settings, **places, **port},
        credentials=planted_in(WAYS[kind].credentials, VALUES.get(kind, {})),
        actor=Actor("user", manager.pk),
        now=timezone.now(),
    )


def _always(reply: Reply, _seen: Seen) -> Reply:
    return reply


def _publish(incident: Incident, channel: Channel) -> Publication:
    """Ask for a message, and let workers do what is due within hours that pass in no time."""
    message = MessageFactory(incident=incident, status="publishing")
    publication: Publication = PublicationFactory(message=message, channel=channel)
    part = publication.parts.get()
    part.attachments = [PICTURE] if channel.kind == "instagram" else []
    part.digest = digest_of(part)
    part.save()
    now = timezone.now()
    for _turn in range(2):
        now += HOURS
        Channel.objects.filter(pk=channel.pk).update(resume_at=None)
        for part_id in due_parts(now=now, limit=5, channel_id=channel.pk):
            perform_part(part_id=part_id, clock=partial(_at, now))
    PublicationPart.objects.filter(pk=part.pk).update(next_attempt_at=None)
    return publication


def _at(now: datetime) -> datetime:
    return now


def _is_nowhere(channel: Channel, api: Any, caplog: pytest.LogCaptureFixture) -> bool:
    rows = list(Publication.objects.all())
    said = answered(
        api,
        f"/api/v1/channels/{channel.pk}/",
        "/api/v1/channels/?brand=rimon",
        "/api/v1/publications/?brand=rimon",
        "/api/v1/events/?brand=rimon",
        "/api/v1/notifications/",
        *[f"/api/v1/publications/{row.pk}/" for row in rows],
    )
    desk = Client()
    desk.force_login(UserFactory(is_staff=True, is_superuser=True))
    return (
        is_clean("database", stored())
        and is_clean("log", logged(caplog))
        and is_clean("API", said)
        and is_clean("admin", shown_in_admin(desk, channel, *rows, *Message.objects.all()))
        and is_clean("mail", mailed())
    )


def test_nothing_a_platform_repeats_is_kept_told_or_logged(
    channel: Channel,
    incident: Incident,
    manager: User,
    server: FakeServer,
    client_of: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    api = client_of(manager)
    troubles = {
        name: reply
        for name, reply in echoes(channel.credentials.values()).items()
        if name in ("401", "400", "500 html", "redirect", "json", "half")
    }
    if channel.kind == "email":
        # To a mail server all that is one and the same: no mail server.
        troubles = {"cut": Reply(cut="before_reading")}
    for trouble, reply in troubles.items():
        server.answer = partial(_always, reply)
        channel.refresh_from_db()
        tested = api.post(
            f"/api/v1/channels/{channel.pk}/test/", headers={"If-Match": f'"v{channel.version}"'}
        )
        _publish(incident, channel)

        assert is_clean(trouble, tested.content.decode() + stored())

    assert _is_nowhere(channel, api, caplog)


def test_a_token_that_was_renewed_is_found_nowhere(
    channel: Channel,
    incident: Incident,
    manager: User,
    server: FakeServer,
    client_of: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fresh = {
        name: planted(f"fresh-{name}")
        for name in ("access_token", "refresh_token", "accessJwt", "refreshJwt")
    }
    said = " ".join(fresh.values())
    renewing = ("token", "refreshSession", "createSession")

    def answer(seen: Seen) -> Reply:
        if seen.path.endswith(renewing):
            return Reply(200, {**fresh, "did": "did:plc:rimon", "expires_in": 3600})
        is_old = MARK in seen.headers.get("authorization", "") and "fresh" not in str(seen.headers)
        return Reply(401 if is_old else 400, {"error": said, "message": said, "detail": said})

    server.answer = answer
    if channel.kind == "email":
        # It would wait for a greeting; there is no token to renew either.
        server.stop()

    _publish(incident, channel)

    assert _is_nowhere(channel, client_of(manager), caplog)


def test_a_receiver_is_sent_no_secret_in_the_open(
    incident: Incident, manager: User, server: FakeServer
) -> None:
    channel = add_channel(
        brand=incident.brand,
        name="Receiver",
        platform="website",
        kind="webhook",
        settings={"url": server.url},
        credentials=VALUES["webhook"],
        actor=Actor("user", manager.pk),
        now=timezone.now(),
    )

    _publish(incident, channel)

    assert server.seen
    assert is_clean("payload", "\n".join(f"{one.headers} {one.body!r}" for one in server.seen))
