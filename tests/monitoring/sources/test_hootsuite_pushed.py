"""Hootsuite: what becomes of its pushes, and of its hints about messages of ours."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from crisisapi.accounts.models import Brand, User
from messaging.models import Publication
from monitoring.models import Delivery, Intake, Mention, Source
from monitoring.services.trying import try_source
from tests.checks import problem_of
from tests.clients import with_token
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import ChannelFactory, MessageFactory, PublicationFactory
from tests.factories.monitoring import SourceFactory
from tests.messaging.outward import first, states, work
from tests.monitoring.hooting import NOW, SECRET, TOKEN, callback, inbound, push
from tests.platforms.hootsuite import FakeHootsuite
from tests.servers import serving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hootsuite(brand: Brand) -> Source:
    credentials = {"inbox_secret": SECRET, "callback_token": TOKEN}
    made: Source = SourceFactory(
        brand=brand, kind="hootsuite", platform="other", secret="", credentials=credentials
    )
    return made


@pytest.mark.parametrize("as_list", [True, False])
def test_a_message_is_stored_and_given_back_to_people(hootsuite: Source, *, as_list: bool) -> None:
    response = push(hootsuite, inbound(), as_list=as_list)

    assert (response.status_code, response.json()) == (200, {"complete": "HANDOVER"})
    assert Mention.objects.get().platform == "facebook"
    assert Intake.objects.get(source=hootsuite).state == "active"


def test_a_conversation_that_begins_is_kept_until_its_message_comes(hootsuite: Source) -> None:
    response = push(hootsuite, {"type": "CONVERSATION_STARTED", "data": {}})

    assert response.json() == {}


def test_conversations_are_kept_where_somebody_else_ends_them(hootsuite: Source) -> None:
    Source.objects.filter(pk=hootsuite.pk).update(settings={"hand_over": "no"})

    assert push(hootsuite, inbound()).json() == {}


def test_repeated_and_reordered_events_are_stored_once(hootsuite: Source) -> None:
    again = inbound(1) | {"timestamp": "2026-03-04T09:30:01Z"}
    for events in ([inbound(2)], [inbound(1)], [inbound(2)], [again, inbound(3)]):
        assert push(hootsuite, *events).status_code == 200

    names = Mention.objects.order_by("external_id").values_list("external_id", flat=True)
    assert list(names) == ["m-1", "m-2", "m-3"]
    assert Delivery.objects.count() == 3


def test_a_wrong_signature_leaves_nothing(hootsuite: Source) -> None:
    response = push(hootsuite, inbound(), signature="0" * 64)

    assert problem_of(response, 401)["code"] == "signature_invalid"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("as_list", [True, False])
def test_a_ping_is_answered_and_leaves_nothing(hootsuite: Source, *, as_list: bool) -> None:
    ping = {"type": "com.hootsuite.ping.event.v1", "data": {}}

    response = push(hootsuite, ping, as_list=as_list, signature="0" * 64)

    assert response.status_code == 200
    assert not Delivery.objects.exists()


def test_what_cannot_be_read_is_kept_and_degrades(hootsuite: Source) -> None:
    response = push(hootsuite, "x", as_list=False)

    assert response.status_code == 200
    assert (Delivery.objects.get().status, Delivery.objects.get().error_code) == (
        "failed",
        "malformed_json",
    )
    intake = Intake.objects.get(source=hootsuite)
    assert (intake.state, intake.error_code) == ("degraded", "malformed_json")


def test_a_source_with_nothing_to_check_by_says_so(hootsuite: Source) -> None:
    assert try_source(source=hootsuite, now=NOW) == []
    hootsuite.credentials = {}

    (problem,) = try_source(source=hootsuite, now=NOW)

    assert (problem.code, problem.field) == ("nothing_signs", "credentials.inbox_secret")


# Hints


@pytest.fixture
def platform() -> Iterator[FakeHootsuite]:
    fake = FakeHootsuite()
    with serving(fake.answer) as server:
        fake.settings = {**fake.settings, "api_base": server.url}  # type: ignore[misc]
        yield fake


@pytest.fixture
def taken(brand: Brand, platform: FakeHootsuite, settings: Any) -> Publication:
    """A publication that Hootsuite took, and waits with."""
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    channel = ChannelFactory(
        brand=brand,
        kind="hootsuite",
        platform="x",
        settings=dict(platform.settings),
        credentials=dict(platform.credentials),
    )
    message = MessageFactory(incident=IncidentFactory(brand=brand), status="publishing")
    made: Publication = PublicationFactory(
        message=message, channel=channel, requested_at=NOW, texts=["Stop using it."]
    )
    work(NOW)
    assert states(made)[0] == "accepted"
    return made


def _called_back(source: Source, publication: Publication, state: str) -> Any:
    event = callback(first(publication).external_id, state)
    return push(source, event, query=f"?token={TOKEN}")


def test_a_callback_is_not_believed(
    hootsuite: Source, platform: FakeHootsuite, taken: Publication
) -> None:
    response = _called_back(hootsuite, taken, "SENT")
    work(NOW)

    assert response.status_code == 200
    # Hootsuite itself says that it is scheduled still.
    assert states(taken) == ("accepted", ["accepted"])


def test_after_a_callback_the_platform_is_asked_at_once(
    hootsuite: Source, platform: FakeHootsuite, taken: Publication
) -> None:
    platform.posts[first(taken).external_id]["state"] = "SENT"
    work(NOW)
    before = states(taken)[0]

    _called_back(hootsuite, taken, "REJECTED")
    work(NOW)

    assert (before, states(taken)[0]) == ("accepted", "published")


def test_a_hint_about_a_post_of_another_brand_is_no_hint(
    platform: FakeHootsuite, taken: Publication
) -> None:
    other = SourceFactory(kind="hootsuite", secret="", credentials={"callback_token": TOKEN})
    due = first(taken).next_attempt_at

    _called_back(other, taken, "SENT")

    assert first(taken).next_attempt_at == due


def test_a_hint_wakes_nothing_that_is_over(
    hootsuite: Source, platform: FakeHootsuite, taken: Publication
) -> None:
    platform.posts[first(taken).external_id]["state"] = "SENT"
    work(NOW + timedelta(minutes=1))

    _called_back(hootsuite, taken, "DELETED")

    assert (states(taken)[0], first(taken).next_attempt_at) == ("published", None)


def test_of_what_is_not_known_the_platform_is_asked_anew(
    hootsuite: Source, platform: FakeHootsuite, taken: Publication
) -> None:
    """Somebody at Hootsuite approves it hours later, long after nobody asked any more."""
    later = NOW + timedelta(hours=3)
    work(later)
    assert states(taken)[0] == "unknown"
    platform.posts[first(taken).external_id]["state"] = "SENT"

    with time_machine.travel(later, tick=False):
        _called_back(hootsuite, taken, "SENT")
        work(later)

    assert states(taken)[0] == "published"


def test_a_callback_again_is_the_same_delivery(
    hootsuite: Source, platform: FakeHootsuite, taken: Publication
) -> None:
    for _ in range(3):
        _called_back(hootsuite, taken, "SENT")

    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("credentials", "is_right"),
    [
        ({"inbox_secret": SECRET}, True),
        ({"inbox_secret": f"{SECRET} {'AB' * 32}"}, True),
        ({"inbox_secret": "not hexadecimal"}, False),
        ({"inbox_secret": SECRET[:-1]}, False),
        ({"callback_token": TOKEN}, True),
        ({"callback_token": "short"}, False),
        ({"callback_token": "with a blank in it"}, False),
    ],
)
def test_secrets_are_checked_when_they_are_set(
    manager: User, brand: Brand, credentials: dict[str, str], *, is_right: bool
) -> None:
    terms = {"brand": brand.slug, "slug": "hoot", "name": "Inbox", "kind": "hootsuite"}

    response = with_token(manager).post("/api/v1/sources/", {**terms, "credentials": credentials})

    assert (response.status_code == 201) is is_right
    assert is_right or next(iter(credentials)) in response.content.decode()
