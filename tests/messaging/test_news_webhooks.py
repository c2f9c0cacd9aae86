"""News as signed webhooks: what a receiver reads, verifies, and is sent again."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone, translation
from standardwebhooks import Webhook, WebhookVerificationError

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.sentences import as_json, sentence
from incidents.models import Incident, Notification
from messaging.models import NewsItem, NotificationTarget, OutgoingNotification
from messaging.services.news import spread_news
from messaging.services.news_body import MOST_NEWS
from messaging.services.news_composing import compose_due
from messaging.services.news_sending import BROKEN_OFF_AFTER, GIVE_UP_AFTER
from messaging.services.notification_targets import rotate_target_secret, try_target
from tests.factories.monitoring import AlertFactory
from tests.messaging.alerting import SAID, SECRET, a_receiver, tell_alert, work
from tests.servers import FakeServer, Reply, Seen, serving

pytestmark = pytest.mark.django_db
OTHER = "whsec_" + "QUFB" * 11


@pytest.fixture
def server(settings: LazySettings) -> Iterator[FakeServer]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with serving() as fake:
        yield fake


def _verified(seen: Seen, secret: str = SECRET) -> Any:
    return Webhook(secret).verify(seen.body, dict(seen.headers))


def _rotated(target: NotificationTarget, *, hours: int) -> NotificationTarget:
    return rotate_target_secret(
        target=target,
        overlap=timedelta(hours=hours),
        actor=SYSTEM,
        now=timezone.now(),
        expected_version=None,
    )


def test_a_receiver_reads_what_happened_and_where(
    brand: Brand, incident: Incident, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    event = tell_alert(brand, now=now, incident=incident)

    work(brand, now)

    outgoing = OutgoingNotification.objects.get()
    said = _verified(server.seen[0])
    news = {
        "verb": "alert.raised",
        "occurred_at": now.isoformat(),
        "object_type": "alert",
        "object_id": str(event.object_id),
        "incident_id": str(incident.pk),
        "sentence": "Rimon: 420 mentions an hour, usually up to 35.",
        "details": {**SAID, "reference": incident.reference},
    }
    shown = said["data"].pop("incident")
    assert (said["type"], said["timestamp"]) == ("alert.raised", now.isoformat())
    assert said["data"].pop("subject").startswith(incident.reference)
    assert said["data"] == {"brand": brand.slug, "language": "en", "count": 1, "news": [news]}
    assert (shown["id"], shown["reference"]) == (str(incident.pk), incident.reference)
    assert (shown["status"], shown["severity"]) == (incident.status, incident.severity)
    assert shown["link"].endswith(f"/admin/incidents/incident/{incident.pk}/change/")
    assert server.seen[0].headers["webhook-id"] == str(outgoing.pk)
    assert server.seen[0].headers["content-type"] == "application/json"


def test_the_most_urgent_gives_it_its_type(
    brand: Brand, incident: Incident, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    tell_alert(brand, now=now - timedelta(minutes=1), verb="alert.subsided")
    tell_alert(brand, now=now - timedelta(minutes=1), verb="alert.late")
    tell_alert(brand, now=now)

    work(brand, now, after=timedelta(minutes=1))

    said = server.seen[0].json()
    verbs = [one["verb"] for one in said["data"]["news"]]
    assert (said["type"], said["timestamp"]) == ("alert.raised", now.isoformat())
    assert verbs == ["alert.raised", "alert.late", "alert.subsided"]


def test_a_digest_of_several_incidents_names_none_above_and_each_at_its_news(
    brand: Brand, incident: Incident, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server, timing="digest")
    tell_alert(brand, now=now, incident=incident)
    tell_alert(brand, now=now)

    work(brand, now, after=timedelta(hours=2))

    data = server.seen[0].json()["data"]
    assert data["incident"] is None
    assert [one["incident_id"] for one in data["news"]] == [str(incident.pk), None]


def test_of_very_many_news_the_rest_is_counted(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server, timing="digest")
    alert = AlertFactory(rule__brand=brand)
    for _ in range(MOST_NEWS + 2):
        tell_alert(brand, now=now, about=alert)

    work(brand, now, after=timedelta(hours=2))

    data = server.seen[0].json()["data"]
    assert (data["count"], len(data["news"])) == (MOST_NEWS + 2, MOST_NEWS)


def test_a_reason_is_told_in_words(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server, language="he")
    reason = sentence("The platform could not be reached.")
    data = {"name": "X", "reason": str(reason), "reason_said": as_json(reason)}
    tell_alert(brand, now=now, verb="source.failing", **data)

    work(brand, now, after=timedelta(minutes=1))

    details = server.seen[0].json()["data"]["news"][0]["details"]
    with translation.override("he"):
        assert details == {"name": "X", "reason": str(reason)}
    assert details["reason"] != reason


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp", "webhook-signature"])
def test_one_flipped_bit_is_noticed(brand: Brand, server: FakeServer, part: str) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    tell_alert(brand, now=now)
    work(brand, now)
    [seen] = server.seen
    body, headers = bytearray(seen.body), dict(seen.headers)
    if part == "body":
        body[20] ^= 1
    elif part == "webhook-signature":
        signature = bytearray(b64decode(headers[part].removeprefix("v1,")))
        signature[20] ^= 1
        headers[part] = f"v1,{b64encode(signature).decode()}"
    else:
        headers[part] = headers[part][:-3] + chr(ord(headers[part][-3]) ^ 1) + headers[part][-2:]

    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(bytes(body), headers)


def test_another_secret_does_not_open_it(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    tell_alert(brand, now=now)
    work(brand, now)

    with pytest.raises(WebhookVerificationError):
        _verified(server.seen[0], OTHER)


def test_both_secrets_sign_until_the_time_is_over(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    target = _rotated(a_receiver(brand, server), hours=1)
    tell_alert(brand, now=now)
    work(brand, now)
    tell_alert(brand, now=now)

    work(brand, now + timedelta(hours=1, seconds=1))

    first, later = [seen.headers["webhook-signature"].split() for seen in server.seen]
    assert (_verified(server.seen[0]), len(first)) == (_verified(server.seen[0], target.secret), 2)
    assert len(later) == 1


def test_a_secret_known_to_others_stops_signing_at_once(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    target = _rotated(a_receiver(brand, server), hours=0)
    tell_alert(brand, now=now)

    work(brand, now + timedelta(seconds=1))

    assert _verified(server.seen[0], target.secret)
    with pytest.raises(WebhookVerificationError):
        _verified(server.seen[0])


@pytest.mark.parametrize(
    "reply",
    [
        Reply(302, headers={"Location": "/elsewhere"}),
        Reply(400),
        Reply(401),
        Reply(404),
        Reply(429, headers={"Retry-After": "60"}),
        Reply(503),
        Reply(cut="after_reading"),
        Reply(cut="in_answer", body="ok", status=500),
    ],
)
def test_what_was_not_taken_is_sent_again_under_its_id_and_signed_anew(
    brand: Brand, server: FakeServer, reply: Reply
) -> None:
    now = timezone.now()
    target = a_receiver(brand, server)
    server.then(reply)
    tell_alert(brand, now=now)
    work(brand, now)
    target.refresh_from_db()
    failing = target.failing_since

    work(brand, now, after=timedelta(minutes=4))

    first, again = server.of("POST", "/news")
    target.refresh_from_db()
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert int(again.headers["webhook-timestamp"]) == int((now + timedelta(minutes=4)).timestamp())
    assert _verified(again) == _verified(first)
    assert (failing, target.failing_since, target.is_active) == (now, None, True)
    assert OutgoingNotification.objects.get().status == "sent"


def test_one_that_wants_no_more_is_not_called_again(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    target = a_receiver(brand, server)
    server.then(Reply(410))
    tell_alert(brand, now=now)
    work(brand, now)
    tell_alert(brand, now=now)

    work(brand, now, after=timedelta(hours=1))

    target.refresh_from_db()
    assert (len(server.seen), target.is_active) == (1, False)
    assert target.last_error == "The receiver answered 410."


def test_after_a_day_it_is_given_up(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    server.answer = lambda _seen: Reply(400)
    tell_alert(brand, now=now)
    work(brand, now)

    work(brand, now, after=GIVE_UP_AFTER + timedelta(minutes=1))

    assert OutgoingNotification.objects.get().status == "failed"


def test_a_worker_that_was_killed_has_it_sent_again_under_its_id(
    brand: Brand, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    tell_alert(brand, now=now)
    spread_news(brand_id=brand.pk, now=now)
    compose_due(now=now)
    OutgoingNotification.objects.update(status="sending", attempted_at=now, attempts=1)
    work(brand, now, after=BROKEN_OFF_AFTER - timedelta(seconds=1))
    early = len(server.seen)

    work(brand, now, after=BROKEN_OFF_AFTER + timedelta(seconds=1))

    ids = [seen.headers["webhook-id"] for seen in server.seen]
    assert (early, ids) == (0, [str(OutgoingNotification.objects.get().pk)])


def test_an_address_inside_of_our_own_network_is_not_called(
    brand: Brand, server: FakeServer, settings: LazySettings
) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = False
    now = timezone.now()
    target = a_receiver(brand, server)
    tell_alert(brand, now=now)

    work(brand, now)

    target.refresh_from_db()
    assert (server.seen, target.failing_since) == ([], now)
    assert "inside of our own network" in target.last_error


def test_a_trial_is_signed_and_says_that_it_is_one(brand: Brand, server: FakeServer) -> None:
    target = a_receiver(brand, server)

    attempt = try_target(target=target, now=timezone.now())

    said = _verified(server.seen[0])
    assert (attempt.is_sent, said["type"]) == (True, "notificationtarget.tested")
    assert said["data"]["incident"] is None
    assert said["data"]["news"][0]["object_id"] == str(target.pk)
    assert NewsItem.objects.count() == 0


def test_what_waits_on_somebody_is_told_to_them_and_not_to_the_team(
    brand: Brand, manager: User, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    tell_alert(brand, now=now, verb="alert.due_soon")

    work(brand, now, after=timedelta(minutes=1))

    assert server.seen == []
    assert Notification.objects.get().recipient == manager
