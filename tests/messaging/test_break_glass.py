"""Broken glass: what an emergency lets through, and what is owed for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crisisapi.accounts.models import Brand, User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import FactStatus, Incident
from messaging.models import Channel, Message, ReviewDecision, ReviewRound
from messaging.services.approvals import (
    FactNotConfirmed,
)
from messaging.services.break_glass import (
    GlassClosed,
    NothingOwed,
    break_glass,
    ratify_message,
)
from messaging.services.decisions import FourEyes, NotAsked
from messaging.services.findings import FindingsStand
from messaging.services.publications import publish_message
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import MessageFactory
from tests.messaging.reviewing import (
    last,
    submit,
    told,
    two_stages,
)

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
EMERGENCY = "People are being scalded at this moment."


def _break(message: Message, user: User, by: By, reason: str = EMERGENCY) -> Message:
    return break_glass(message=message, revision=message.revision, reason=reason, **by(user))


def test_in_an_emergency_the_author_may_approve_alone(
    incident: Incident, channel: Channel, manager: User, by: By
) -> None:
    boss: User = MemberFactory(brand=incident.brand, role="manager").user
    message = MessageFactory(incident=incident, author=manager)

    broken = _break(message, manager, by)

    assert (broken.status, broken.is_break_glass, broken.approved_by) == ("approved", True, manager)
    verbs = list(Event.objects.order_by("position").values_list("verb", flat=True))
    assert verbs[-2:] == ["message.glass_broken", "message.approved"]
    assert last("message.approved")["waits_on"]["role"] == "manager"
    assert told(incident.brand, "message.glass_broken") == [boss.pk]
    assert publish_message(message=broken, channels=[channel], **by(manager)).status == "publishing"


def test_breaking_the_glass_ends_the_round(
    brand: Brand, draft: Message, responder: User, noa: User, by: By
) -> None:
    two_stages(brand)
    submit(draft, responder, by)

    _break(draft, noa, by)

    assert ReviewRound.objects.get().outcome == "glass_broken"


def test_no_emergency_lets_a_fact_go_out_that_is_not_confirmed(
    incident: Incident, manager: User, by: By
) -> None:
    fact = FactFactory(incident=incident, status=FactStatus.UNCONFIRMED)
    message = MessageFactory(incident=incident, facts=[fact])

    with pytest.raises(FactNotConfirmed):
        _break(message, manager, by)


def test_no_emergency_lets_a_gap_go_out(incident: Incident, manager: User, by: By) -> None:
    message = MessageFactory(incident=incident, body="Call us at {phone} by [TIME].")

    with pytest.raises(FindingsStand):
        _break(message, manager, by)


def test_an_emergency_has_a_reason(draft: Message, manager: User, by: By) -> None:
    with pytest.raises(InvalidInput) as refused:
        _break(draft, manager, by, reason="Quick, quick!      ")

    assert set(refused.value.errors) == {"reason"}


def test_the_policy_says_who_may_break_the_glass(
    brand: Brand, draft: Message, noa: User, manager: User, by: By
) -> None:
    two_stages(brand, break_glass_roles=["manager"])

    with pytest.raises(GlassClosed):
        _break(draft, noa, by)
    assert _break(draft, manager, by).is_break_glass


def test_only_broken_glass_excuses_the_author_in_the_database(
    incident: Incident, manager: User
) -> None:
    message = MessageFactory(incident=incident, author=manager, status="approved")

    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(approved_by=manager)


def test_a_manager_looks_at_it_afterwards(
    incident: Incident, approver: User, manager: User, by: By
) -> None:
    message = _break(MessageFactory(incident=incident), approver, by)

    seen = ratify_message(message=message, comment="It was right.", **by(manager))

    assert (seen.ratified_by, seen.owes_ratification) == (manager, False)
    assert last("message.ratified")["waits_on"] is None
    assert ReviewDecision.objects.filter(decision="ratified", reviewer=manager).exists()
    with pytest.raises(NothingOwed):
        ratify_message(message=message, comment="Again.", **by(manager))


def test_nobody_ratifies_their_own_broken_glass(
    incident: Incident, manager: User, approver: User, by: By
) -> None:
    message = _break(MessageFactory(incident=incident), manager, by)

    with pytest.raises(FourEyes):
        ratify_message(message=message, comment="Fine.", **by(manager))
    with pytest.raises(NotAsked):
        ratify_message(message=message, comment="Fine.", **by(approver))
