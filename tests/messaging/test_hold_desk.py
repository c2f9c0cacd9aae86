"""Holds, reviews and publications decided at the desk: done, and refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import Actor
from incidents.models import Incident
from messaging.models import Channel, Hold, Message, Publication
from messaging.services.holds import Scope, lift_hold, raise_hold
from messaging.services.messages import submit_message
from messaging.services.publications import publish_message
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.messaging import HoldFactory, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(brand: Brand) -> Client:
    root = UserFactory(is_staff=True, is_superuser=True)
    MemberFactory(brand=brand, user=root, role="manager")
    client = Client()
    client.force_login(root)
    return client


@pytest.fixture
def hold(brand: Brand, approver: User) -> Hold:
    return raise_hold(brand=brand, scope=Scope(), reason="Accident.", **_by(approver))


@pytest.fixture
def held(incident: Incident, channel: Channel, approver: User, hold: Hold) -> Publication:
    message = MessageFactory(incident=incident, status="approved")
    publish_message(message=message, channels=[channel], **_change(approver))
    return Publication.objects.get()


def _by(person: User) -> dict[str, Any]:
    return {"actor": Actor("user", person.pk), "now": timezone.now()}


def _change(person: User) -> dict[str, Any]:
    return {**_by(person), "expected_version": None}


def _page(thing: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:messaging_{thing._meta.model_name}_{page}", args=args)


def shown(desk: Client, thing: Any) -> str:
    return desk.get(_page(thing, "change", thing.pk)).content.decode()


def act(desk: Client, thing: Any, action: str, **said: str) -> str:
    form = {"action": action, "_selected_action": [str(thing.pk)], **said}
    answer = desk.post(_page(thing, "changelist"), form, follow=True)
    thing.refresh_from_db()
    return " ".join(str(message) for message in answer.context["messages"])


def test_the_brake_is_pulled_by_form(desk: Client, brand: Brand) -> None:
    said = {"brand": brand.pk, "reason": "Accident.", "allows_incident_messages": "on"}

    answer = desk.post(reverse("admin:messaging_hold_add"), said)

    assert answer.status_code == 302
    assert Hold.objects.get().is_standing


def test_the_brake_is_not_pulled_without_a_reason(desk: Client, brand: Brand) -> None:
    desk.post(reverse("admin:messaging_hold_add"), {"brand": brand.pk, "reason": " "})

    assert not Hold.objects.exists()


@pytest.mark.parametrize("noun", ["brand", "channel"])
def test_the_brake_is_pulled_from_where_one_is(
    desk: Client, brand: Brand, channel: Channel, noun: str
) -> None:
    app = {"brand": "accounts", "channel": "messaging"}[noun]
    thing: Any = {"brand": brand, "channel": channel}[noun]
    said = {"action": f"stop_{noun}", "_selected_action": [str(thing.pk)], "reason": "Accident."}

    desk.post(reverse(f"admin:{app}_{noun}_changelist"), said)

    assert list(Hold.objects.get().channels.all()) == ([channel] if noun == "channel" else [])


def test_a_hold_is_lifted_with_a_reason(desk: Client, hold: Hold) -> None:
    act(desk, hold, "lift_hold", reason="It is over.")

    assert hold.lift_reason == "It is over."


def test_a_hold_is_not_lifted_without_a_reason(desk: Client, hold: Hold) -> None:
    refused = act(desk, hold, "lift_hold")

    assert "Say why." in refused
    assert hold.is_standing


def test_a_lifted_hold_is_not_lifted_again(desk: Client, approver: User, hold: Hold) -> None:
    lift_hold(hold=hold, reason="Over.", **_change(approver))

    refused = act(desk, hold, "lift_hold", reason="Again.")

    assert "lifted already" in refused
    assert 'value="lift_hold"' not in shown(desk, hold)


def test_nothing_of_a_hold_is_changed_by_form(desk: Client, hold: Hold) -> None:
    answer = desk.post(_page(hold, "change", hold.pk), {"reason": "Something else."})

    hold.refresh_from_db()
    assert (answer.status_code, hold.reason) == (403, "Accident.")


def test_what_a_hold_stopped_is_named_on_its_page(
    desk: Client, hold: Hold, held: Publication
) -> None:
    assert _page(held, "change", held.pk) in shown(desk, hold)


def test_what_is_held_is_not_released_while_the_hold_stands(
    desk: Client, held: Publication
) -> None:
    refused = act(desk, held, "release")

    assert "A hold still stands" in refused
    assert held.status == "held"


def test_what_was_held_is_released_at_a_time(
    desk: Client, approver: User, hold: Hold, held: Publication
) -> None:
    lift_hold(hold=hold, reason="Over.", **_change(approver))
    at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)

    act(desk, held, "release", publish_at=f"{at:%Y-%m-%dT%H:%M}", reason="Still true.")

    assert (held.status, held.not_before) == ("pending", at)


def test_what_is_held_is_dropped_with_a_reason(desk: Client, held: Publication) -> None:
    act(desk, held, "drop_publication", reason="Out of place now.")

    assert held.status == "cancelled"


def test_what_is_held_is_not_dropped_without_a_reason(desk: Client, held: Publication) -> None:
    refused = act(desk, held, "drop_publication")

    assert "Say why." in refused
    assert held.status == "held"


def test_a_publication_offers_what_its_status_allows(desk: Client, held: Publication) -> None:
    page = shown(desk, held)

    assert 'value="release"' in page
    assert 'value="retry_publication"' not in page


@pytest.fixture
def in_review(incident: Incident, responder: User, approver: User) -> Message:
    message = MessageFactory(incident=incident, author=responder)
    return submit_message(message=message, **_change(responder))


@pytest.mark.parametrize("place", ["message", "round"])
@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("approve", "approved"),
        ("request_changes_of", "draft"),
        ("reject", "rejected"),
        ("break_the_glass", "approved"),
    ],
)
def test_a_review_is_decided(
    desk: Client, in_review: Message, place: str, action: str, status: str
) -> None:
    thing = in_review if place == "message" else in_review.rounds.get()

    act(desk, thing, action, revision="1", reason="Lives depend on it, there is a fire.")

    in_review.refresh_from_db()
    assert in_review.status == status


@pytest.mark.parametrize("place", ["message", "round"])
@pytest.mark.parametrize("action", ["request_changes_of", "reject", "break_the_glass"])
def test_nothing_but_an_approval_goes_without_a_reason(
    desk: Client, in_review: Message, place: str, action: str
) -> None:
    thing = in_review if place == "message" else in_review.rounds.get()

    refused = act(desk, thing, action, revision="1")

    in_review.refresh_from_db()
    assert "Say why" in refused
    assert in_review.status == "in_review"


def test_nobody_approves_what_they_wrote(desk: Client, incident: Incident) -> None:
    author = MemberFactory(brand=incident.brand, role="manager").user
    author.is_staff = author.is_superuser = True
    author.save()
    message = MessageFactory(incident=incident, author=author)
    submit_message(message=message, **_change(author))
    desk.force_login(author)

    act(desk, message, "approve", revision="1")

    assert message.status == "in_review"


def test_an_error_of_language_stands_only_for_a_reason(
    desk: Client, incident: Incident, responder: User
) -> None:
    body = "הלקוחות לא השתמשו במוצר לפי ההוראות."
    message = MessageFactory(incident=incident, author=responder, language="he", body=body)

    act(desk, message, "submit")
    assert message.status == "draft"
    act(desk, message, "submit_despite")
    assert message.status == "draft"

    act(desk, message, "submit_despite", reason="It is a quote.")
    assert message.status == "in_review"


def test_a_broken_glass_is_ratified_or_not(desk: Client, in_review: Message) -> None:
    act(
        desk,
        in_review,
        "break_the_glass",
        revision="1",
        reason="Lives depend on it, there is a fire.",
    )
    other = UserFactory(is_staff=True, is_superuser=True)
    MemberFactory(brand=in_review.brand, user=other, role="manager")
    desk.force_login(other)

    act(desk, in_review, "ratify", reason="It was right.")

    assert in_review.ratified_by == other


def test_a_hold_of_another_brand_stops_nothing_here(
    desk: Client, hold: Hold, held: Publication
) -> None:
    HoldFactory()
    lift_hold(hold=hold, reason="Over.", **_change(UserFactory()))

    act(desk, held, "release")

    assert held.status == "pending"
