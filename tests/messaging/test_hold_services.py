"""The crisis brake: what it stops, what it lets through, how each thing stopped is decided."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Fact, FactStatus, Incident
from incidents.services.facts import refute_fact
from incidents.services.incidents import change_incident, open_incident
from incidents.services.merging import merge_incident
from messaging.models import Channel, Hold, Message, Publication
from messaging.services.approvals import FactNotConfirmed
from messaging.services.attempts import begin_attempt
from messaging.services.claims import Claim
from messaging.services.holds import AlreadyLifted, Scope, lift_hold, raise_hold
from messaging.services.performing import perform_part
from messaging.services.publications import NotApproved, publish_message, record_publication
from messaging.services.releases import (
    HoldStands,
    NotHeld,
    drop_publication,
    release_publication,
)
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import ChannelFactory, HoldRuleFactory, MessageFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
LATER = NOW + timedelta(hours=6)


@pytest.fixture
def routine(brand: Brand) -> Incident:
    """What ordinary posts are about."""
    return IncidentFactory(brand=brand, kind="other", severity=4)


@pytest.fixture
def post(routine: Incident, channel: Channel, approver: User, by: By) -> Publication:
    """A scheduled post that has nothing to do with the crisis."""
    message = MessageFactory(incident=routine, status="approved")
    publish_message(message=message, channels=[channel], publish_at=LATER, **by(approver))
    return message.publications.get()


def _pull(brand: Brand, user: User, **scope: Any) -> Hold:
    actor = Actor("user", user.pk)
    reason = "A child was scalded"
    return raise_hold(brand=brand, scope=Scope(**scope), reason=reason, actor=actor, now=NOW)


def _claim(publication: Publication, now: Any = LATER) -> Claim | None:
    return begin_attempt(part_id=publication.parts.get().pk, now=now)


def _states(publication: Publication) -> tuple[str, str]:
    publication.refresh_from_db()
    return publication.status, Message.objects.get(pk=publication.message_id).status


def test_the_brake_stops_a_scheduled_post(
    brand: Brand, post: Publication, approver: User, incident: Incident
) -> None:
    hold = _pull(brand, approver, incident=incident)

    assert _states(post) == ("held", "on_hold")
    assert (post.held_for, post.held_because, post.held_at) == (hold, "hold", NOW)
    verbs = list(Event.objects.order_by("position").values_list("verb", flat=True))
    assert verbs[-3:] == ["hold.raised", "publication.held", "message.on_hold"]


def test_a_held_post_is_not_claimed(brand: Brand, post: Publication, approver: User) -> None:
    _pull(brand, approver)

    assert _claim(post) is None
    assert _states(post) == ("held", "on_hold")


def test_other_channels_go_on(brand: Brand, post: Publication, approver: User) -> None:
    _pull(brand, approver, channels=[ChannelFactory(brand=brand)])

    assert _claim(post) is not None


def test_what_is_asked_for_under_a_hold_is_held_from_the_beginning(
    brand: Brand, routine: Incident, channel: Channel, approver: User, by: By
) -> None:
    _pull(brand, approver)
    message = MessageFactory(incident=routine, status="approved")

    asked = publish_message(message=message, channels=[channel], **by(approver))

    assert asked.status == "on_hold"
    assert message.publications.get().status == "held"


def test_a_message_of_the_holds_own_incident_goes_out(
    brand: Brand, incident: Incident, channel: Channel, approver: User, by: By
) -> None:
    _pull(brand, approver, incident=incident)
    message = MessageFactory(incident=incident, status="approved")

    answer = publish_message(message=message, channels=[channel], **by(approver))

    assert answer.status == "publishing"
    assert _claim(message.publications.get(), NOW) is not None


def test_a_hold_without_exception_stops_its_own_incident_too(
    brand: Brand, incident: Incident, channel: Channel, approver: User, by: By
) -> None:
    _pull(brand, approver, incident=incident, allows_incident_messages=False)
    message = MessageFactory(incident=incident, status="approved")

    assert publish_message(message=message, channels=[channel], **by(approver)).status == "on_hold"


def test_what_a_person_was_told_to_post_is_called_back(
    brand: Brand, routine: Incident, channel: Channel, approver: User, by: By
) -> None:
    message = MessageFactory(incident=routine, status="approved")
    publish_message(message=message, channels=[channel], **by(approver))
    publication = message.publications.get()
    perform_part(part_id=publication.parts.get().pk, clock=lambda: NOW)

    _pull(brand, approver)

    publication.refresh_from_db()
    assert (publication.status, publication.instructions) == ("held", "")
    assert "Do not post it" in publication.last_error


def test_who_had_posted_it_before_the_hold_says_so(
    brand: Brand, routine: Incident, channel: Channel, approver: User, by: By
) -> None:
    message = MessageFactory(incident=routine, status="approved")
    publish_message(message=message, channels=[channel], **by(approver))
    publication = message.publications.get()
    perform_part(part_id=publication.parts.get().pk, clock=lambda: NOW)
    _pull(brand, approver)

    record_publication(publication=publication, url="https://x.example/1", **by(approver))

    assert _states(publication) == ("published", "published")


def test_lifting_sends_nothing(brand: Brand, post: Publication, approver: User, by: By) -> None:
    hold = _pull(brand, approver)

    lifted = lift_hold(hold=hold, reason="It is known now", **by(approver))

    assert (lifted.lifted_by, lifted.lift_reason) == (approver, "It is known now")
    assert _states(post) == ("held", "on_hold")
    assert _claim(post) is None


def test_a_hold_is_lifted_once(brand: Brand, approver: User, by: By) -> None:
    hold = _pull(brand, approver)
    lift_hold(hold=hold, reason="Over", **by(approver))

    with pytest.raises(AlreadyLifted):
        lift_hold(hold=hold, reason="Over", **by(approver))


def test_nothing_is_released_under_a_hold(
    brand: Brand, post: Publication, approver: User, by: By
) -> None:
    _pull(brand, approver)

    with pytest.raises(HoldStands):
        release_publication(publication=post, **by(approver))


def test_a_released_post_leaves_at_its_time(
    brand: Brand, post: Publication, approver: User, by: By
) -> None:
    lift_hold(hold=_pull(brand, approver), reason="Over", **by(approver))

    release_publication(publication=post, **by(approver))

    assert _states(post) == ("pending", "scheduled")
    assert post.not_before == LATER
    assert Event.objects.get(verb="publication.released").data["waits_on"] is None


def test_a_post_whose_time_passed_under_the_hold_leaves_at_once(
    brand: Brand, post: Publication, approver: User, by: By
) -> None:
    lift_hold(hold=_pull(brand, approver), reason="Over", **by(approver))
    tomorrow = NOW + timedelta(days=1)

    release_publication(publication=post, **by(approver, now=tomorrow))

    assert _states(post) == ("pending", "publishing")
    assert _claim(post, tomorrow) is not None


def test_a_release_may_name_another_time(
    brand: Brand, post: Publication, approver: User, by: By
) -> None:
    lift_hold(hold=_pull(brand, approver), reason="Over", **by(approver))
    friday = NOW + timedelta(days=2)

    release_publication(publication=post, publish_at=friday, **by(approver))

    assert _states(post) == ("pending", "scheduled")
    assert post.not_before == friday


def test_nothing_is_released_without_its_approval(
    brand: Brand, post: Publication, approver: User, by: By
) -> None:
    lift_hold(hold=_pull(brand, approver), reason="Over", **by(approver))
    Message.objects.update(status="draft", approved_hash="", approved_by=None, approved_at=None)

    with pytest.raises(NotApproved):
        release_publication(publication=post, **by(approver))


def test_nothing_is_released_whose_fact_does_not_hold(
    brand: Brand, post: Publication, approver: User, by: By, routine: Incident
) -> None:
    fact = FactFactory(incident=routine, status=FactStatus.CONFIRMED, evidence="Lab")
    message = MessageFactory(incident=routine, status="approved", facts=[fact])
    channel = ChannelFactory(brand=brand)
    hold = _pull(brand, approver)
    publish_message(message=message, channels=[channel], **by(approver))
    lift_hold(hold=hold, reason="Over", **by(approver))
    Fact.objects.update(status=FactStatus.UNCONFIRMED)

    with pytest.raises(FactNotConfirmed):
        release_publication(publication=message.publications.get(), **by(approver))


def test_a_dropped_post_leaves_never(
    brand: Brand, post: Publication, approver: User, by: By
) -> None:
    _pull(brand, approver)

    drop_publication(publication=post, reason="Tone-deaf", **by(approver))

    assert _states(post) == ("cancelled", "approved")
    told = Event.objects.get(verb="publication.cancelled").data
    assert (told["before"], told["reason"]) == ("held", "Tone-deaf")


def test_a_drop_says_why(brand: Brand, post: Publication, approver: User, by: By) -> None:
    _pull(brand, approver)

    with pytest.raises(InvalidInput):
        drop_publication(publication=post, reason=" ", **by(approver))


def test_what_is_not_held_is_neither_released_nor_dropped(
    post: Publication, approver: User, by: By
) -> None:
    with pytest.raises(NotHeld):
        release_publication(publication=post, **by(approver))


def test_a_refuted_fact_pulls_a_held_message_back(
    brand: Brand, routine: Incident, channel: Channel, approver: User, by: By
) -> None:
    fact = FactFactory(incident=routine, status=FactStatus.CONFIRMED, evidence="Lab")
    message = MessageFactory(incident=routine, status="approved", facts=[fact])
    _pull(brand, approver)
    publish_message(message=message, channels=[channel], **by(approver))

    refute_fact(fact=fact, reason="No", **by(approver))

    assert _states(message.publications.get()) == ("cancelled", "draft")


def test_a_hold_of_another_brands_channel_is_refused(brand: Brand, approver: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        _pull(brand, approver, channels=[ChannelFactory(brand=BrandFactory())])

    assert set(refused.value.errors) == {"channels"}


def test_a_rule_pulls_the_brake_when_a_severe_incident_opens(
    brand: Brand, post: Publication
) -> None:
    rule = HoldRuleFactory(brand=brand, severity=2)

    incident = open_incident(brand=brand, title="Scalded", severity=1, actor=SYSTEM, now=NOW)

    hold = Hold.objects.get()
    assert (hold.rule, hold.incident, hold.raised_by) == (rule, incident, None)
    assert _states(post) == ("held", "on_hold")


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ({"severity": 1}, {"severity": 2}),
        ({"is_active": False}, {"severity": 1}),
        ({"kinds": ["data_breach"]}, {"severity": 1, "kind": "product_safety"}),
        ({}, {"severity": 1, "mode": "drill"}),
        ({}, {"severity": 1, "mode": "retrospective"}),
    ],
)
def test_a_rule_leaves_other_incidents_alone(
    brand: Brand, rule: dict[str, Any], fields: dict[str, Any]
) -> None:
    HoldRuleFactory(brand=brand, **rule)

    open_incident(brand=brand, title="Something", actor=SYSTEM, now=NOW, **fields)

    assert not Hold.objects.exists()


def test_a_rule_hears_that_an_incident_becomes_worse_and_pulls_once(
    brand: Brand, approver: User, by: By
) -> None:
    HoldRuleFactory(brand=brand, severity=2)
    incident = open_incident(brand=brand, title="Steam", severity=3, actor=SYSTEM, now=NOW)
    assert not Hold.objects.exists()

    change_incident(incident=incident, severity=2, **by(approver))
    lift_hold(hold=Hold.objects.get(), reason="Seen to", **by(approver))
    change_incident(incident=incident, severity=1, **by(approver))

    assert Hold.objects.count() == 1


def test_a_hold_follows_its_incident_into_another(
    brand: Brand, incident: Incident, approver: User, by: By
) -> None:
    hold = _pull(brand, approver, incident=incident)
    target = IncidentFactory(brand=brand)
    later = timezone.now() + timedelta(days=1)

    merge_incident(incident=incident, into=target, reason="One story", **by(approver, now=later))

    hold.refresh_from_db()
    assert hold.incident == target
