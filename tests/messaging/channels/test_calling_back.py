"""A hold, or a fact that falls, after a platform took a post and before it is out."""

from collections.abc import Iterator
from typing import Any

import pytest

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from incidents.models import Incident
from incidents.services.facts import refute_fact
from messaging.models import Hold, Message, Publication
from messaging.services.holds import Scope, lift_hold, raise_hold
from messaging.services.publications import publish_message
from messaging.services.releases import release_publication
from tests.factories.incidents import FactFactory
from tests.factories.messaging import ChannelFactory, MessageFactory
from tests.messaging.conftest import NOW
from tests.messaging.outward import work, work_until_quiet
from tests.platforms.hootsuite import FakeHootsuite
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW, "expected_version": None}


@pytest.fixture(autouse=True)
def _loopback_is_called(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def hootsuite() -> FakeHootsuite:
    return FakeHootsuite()


@pytest.fixture
def server(hootsuite: FakeHootsuite) -> Iterator[FakeServer]:
    with serving(hootsuite.answer) as running:
        yield running


@pytest.fixture
def taken(hootsuite: FakeHootsuite, server: FakeServer, incident: Incident) -> Publication:
    """A post that Hootsuite took and has not sent yet."""
    account = hootsuite.account(server.url)
    channel = ChannelFactory(
        brand=incident.brand,
        platform=account.platform,
        kind="hootsuite",
        settings=dict(account.settings),
        credentials=dict(account.credentials),
    )
    message = MessageFactory(
        incident=incident,
        status="approved",
        facts=[FactFactory(incident=incident, status="confirmed")],
    )
    publish_message(message=message, channels=[channel], **BY)
    work(NOW)
    publication = Publication.objects.get()
    assert publication.status == "accepted"
    return publication


def _pull(brand: Brand) -> Hold:
    return raise_hold(brand=brand, scope=Scope(), reason="A child", actor=SYSTEM, now=NOW)


def test_a_hold_calls_back_what_the_platform_has_not_sent(
    taken: Publication, hootsuite: FakeHootsuite, brand: Brand
) -> None:
    hold = _pull(brand)

    work(NOW)

    taken.refresh_from_db()
    assert (taken.status, taken.held_for, taken.may_be_out) == ("held", hold, False)
    assert hootsuite.posts == {}
    assert Message.objects.get().status == "on_hold"


def test_what_was_called_back_and_released_is_sent_once_more(
    taken: Publication, hootsuite: FakeHootsuite, brand: Brand
) -> None:
    hold = _pull(brand)
    work(NOW)
    lift_hold(hold=hold, reason="Over", **BY)

    hootsuite.state = "SENT"
    release_publication(publication=taken, **BY)
    work_until_quiet(NOW)

    taken.refresh_from_db()
    assert (taken.status, len(hootsuite.posts)) == ("published", 1)


def test_what_is_not_given_back_is_followed_and_the_hold_says_so(
    taken: Publication, hootsuite: FakeHootsuite, brand: Brand
) -> None:
    for post in hootsuite.posts.values():
        post["state"] = "SENT"

    _pull(brand)
    work_until_quiet(NOW)

    taken.refresh_from_db()
    assert (taken.status, len(hootsuite.posts)) == ("published", 1)
    told = Event.objects.get(verb="hold.passed")
    assert told.data["publication"] == str(taken.pk)


def test_what_hootsuite_does_not_know_yet_does_not_count_as_called_back(
    taken: Publication, hootsuite: FakeHootsuite, brand: Brand
) -> None:
    kept = dict(hootsuite.posts)
    hootsuite.posts.clear()

    _pull(brand)
    work(NOW)
    hootsuite.posts.update(kept)
    taken.refresh_from_db()
    assert taken.status == "accepted"
    work_until_quiet(NOW)

    taken.refresh_from_db()
    assert (taken.status, hootsuite.posts) == ("held", {})


def test_a_call_back_without_an_answer_is_repeated(
    taken: Publication, hootsuite: FakeHootsuite, server: FakeServer, brand: Brand
) -> None:
    _pull(brand)
    server.then(Reply(503))

    work_until_quiet(NOW)

    taken.refresh_from_db()
    assert (taken.status, hootsuite.posts) == ("held", {})


def test_a_fact_that_falls_calls_it_back_for_good(
    taken: Publication, hootsuite: FakeHootsuite
) -> None:
    refute_fact(fact=taken.message.facts.get(), reason="It was another series.", **BY)

    work_until_quiet(NOW)

    taken.refresh_from_db()
    assert (taken.status, hootsuite.posts) == ("withdrawn", {})
