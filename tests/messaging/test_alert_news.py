"""An alert told: at once, to whom it concerns and to the team, in their language."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import Actor
from incidents.models import Incident, Notification
from incidents.services.incidents import change_incident
from messaging.models import NewsItem, NotificationTarget, OutgoingNotification
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import NotificationTargetFactory
from tests.messaging.alerting import a_receiver, tell_alert, work
from tests.servers import FakeServer, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: LazySettings) -> Iterator[FakeServer]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with serving() as fake:
        yield fake


@pytest.fixture
def restricted(incident: Incident, manager: User) -> Incident:
    return change_incident(
        incident=incident,
        visibility="restricted",
        actor=Actor("user", manager.pk),
        now=timezone.now(),
        expected_version=None,
    )


def _texts(server: FakeServer) -> list[str]:
    """Return what was posted to the chats."""
    return [seen.json()["text"] for seen in server.of("POST", "/chat")]


def _chat(brand: Brand, server: FakeServer, **fields: Any) -> NotificationTarget:
    made: NotificationTarget = NotificationTargetFactory(
        brand=brand, address=f"{server.url}/chat", **{"language": "en", **fields}
    )
    return made


def test_the_team_and_whoever_answers_for_it_are_told_in_the_same_moment(
    brand: Brand, manager: User, server: FakeServer
) -> None:
    now = timezone.now()
    _chat(brand, server)
    _chat(brand, server, person=manager)
    a_receiver(brand, server)
    tell_alert(brand, now=now)

    work(brand, now)

    said = "Rimon: 420 mentions an hour, usually up to 35."
    [hook] = server.of("POST", "/news")
    assert [said in text for text in _texts(server)] == [True, True]
    assert hook.json()["data"]["news"][0]["sentence"] == said


def test_it_is_told_in_hebrew(brand: Brand, incident: Incident, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server, language="he")
    tell_alert(brand, now=now, incident=incident)

    work(brand, now)

    data = server.seen[0].json()["data"]
    assert data["language"] == "he"
    assert "420" in data["news"][0]["sentence"]
    assert any("א" <= letter <= "ת" for letter in data["subject"])


@pytest.mark.parametrize("verb", ["alert.raised", "alert.late", "alert.subsided"])
def test_of_one_that_joined_another_nobody_is_told(
    brand: Brand, manager: User, server: FakeServer, verb: str
) -> None:
    now = timezone.now()
    _chat(brand, server, person=manager)
    a_receiver(brand, server)
    tell_alert(brand, now=now, verb=verb, first="019eac41-0000-7d1e-b518-4bc37d56c250")

    work(brand, now, after=timedelta(hours=2))

    assert (server.seen, Notification.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("verb", "told"),
    [("alert.raised", 1), ("alert.late", 1), ("alert.subsided", 0)],
)
def test_only_what_is_urgent_breaks_the_quiet(
    brand: Brand, server: FakeServer, verb: str, told: int
) -> None:
    now = datetime(2026, 6, 9, 23, 0, tzinfo=UTC)
    quiet = {"quiet_from": "00:30", "quiet_until": "07:00"}  # 2 o'clock in Jerusalem
    a_receiver(brand, server, **quiet)
    tell_alert(brand, now=now, verb=verb)

    work(brand, now, after=timedelta(seconds=10))

    assert len(server.seen) == told


def test_who_does_not_want_to_be_woken_hears_of_it_in_the_morning(
    brand: Brand, server: FakeServer
) -> None:
    now = datetime(2026, 6, 9, 23, 0, tzinfo=UTC)
    quiet = {"quiet_from": "00:30", "quiet_until": "07:00", "wake_for_urgent": False}
    a_receiver(brand, server, **quiet)
    tell_alert(brand, now=now)
    work(brand, now, after=timedelta(hours=4))
    at_night = len(server.seen)

    work(brand, now, after=timedelta(hours=5, minutes=1))

    assert (at_night, len(server.seen)) == (0, 1)


def test_a_digest_has_it_among_the_rest_and_at_its_time(brand: Brand, server: FakeServer) -> None:
    now = datetime(2026, 6, 9, 9, 10, tzinfo=UTC)
    a_receiver(brand, server, timing="digest", digest_minutes=30)
    tell_alert(brand, now=now, verb="alert.subsided")
    tell_alert(brand, now=now)
    work(brand, now, after=timedelta(minutes=19))
    early = len(server.seen)

    work(brand, now, after=timedelta(minutes=20))

    [seen] = server.seen
    verbs = [one["verb"] for one in seen.json()["data"]["news"]]
    assert (early, verbs) == (0, ["alert.raised", "alert.subsided"])
    assert OutgoingNotification.objects.get().urgency == 2


def test_a_target_may_refuse_alerts(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server, kinds={"alert": "never"})
    tell_alert(brand, now=now)

    work(brand, now, after=timedelta(hours=1))

    assert server.seen == []


def test_that_of_a_restricted_incident_reaches_its_circle_and_no_team(
    brand: Brand, restricted: Incident, manager: User, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    _chat(brand, server, person=manager)
    tell_alert(brand, now=now, incident=restricted)

    work(brand, now)

    assert [seen.path for seen in server.seen] == ["/chat"]


def test_that_of_a_drill_reaches_no_team(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    tell_alert(brand, now=now, incident=IncidentFactory(brand=brand, mode="drill"))

    work(brand, now, after=timedelta(hours=1))

    assert server.seen == []


def test_what_was_restricted_before_it_left_is_not_told_to_the_team(
    brand: Brand, incident: Incident, manager: User, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    tell_alert(brand, now=now, incident=incident)
    work(brand, now, after=timedelta(seconds=-1))
    change_incident(
        incident=incident,
        visibility="restricted",
        actor=Actor("user", manager.pk),
        now=now,
        expected_version=None,
    )

    work(brand, now)

    assert (server.seen, OutgoingNotification.objects.get().status) == ([], "failed")


def test_one_told_again_is_told_once(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    tell_alert(brand, now=now)
    work(brand, now)

    work(brand, now, after=timedelta(hours=3))

    assert (len(server.seen), NewsItem.objects.count()) == (1, 1)
