"""Key messages: what messages carry, and the facts that come with it."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import KeyMessage, Message
from messaging.selectors.key_messages import coverage_of
from messaging.services.approvals import FactNotConfirmed, approve_message
from messaging.services.key_messages import (
    KeyMessageSuperseded,
    add_key_message,
    change_key_message,
    supersede_key_message,
)
from messaging.services.messages import change_message, write_message
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import (
    ChannelFactory,
    KeyMessageFactory,
    MessageFactory,
    PublicationFactory,
)
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
TEXTS = {"he": "תקבלו החזר מלא.", "en": "You get a full refund."}


def add(incident: Incident, **fields: Any) -> KeyMessage:
    return add_key_message(incident=incident, **{"texts": TEXTS, **fields}, actor=SYSTEM, now=NOW)


def write(incident: Incident, *carried: KeyMessage, **fields: Any) -> Message:
    said = {"title": "T", "purpose": "update", "language": "en", "body": "B", **fields}
    return write_message(incident=incident, key_messages=carried, **said, actor=SYSTEM, now=NOW)


def test_a_key_message_is_written_with_its_facts(incident: Incident) -> None:
    fact = FactFactory(incident=incident)

    made = add(incident, facts=[fact], audience_kind="customers")

    event = Event.objects.get(object_id=made.pk)
    assert (event.verb, event.incident_id) == ("keymessage.added", incident.pk)
    assert (list(made.facts.all()), made.stands) == ([fact], True)


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        ({}, "texts"),
        ({"hebrew": "x"}, "texts"),
        ({"he": " "}, "texts.he"),
        ({"he": "x" * 501}, "texts.he"),
    ],
)
def test_it_says_something_in_some_language(
    incident: Incident, texts: dict[str, str], error: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(incident, texts=texts)

    assert set(refused.value.errors) == {error}


def test_it_rests_on_no_fact_of_another_incident(incident: Incident) -> None:
    with pytest.raises(InvalidInput):
        add(incident, facts=[FactFactory()])


def test_a_message_rests_on_the_facts_of_what_it_carries(incident: Incident) -> None:
    fact, own = FactFactory(incident=incident), FactFactory(incident=incident)

    message = write(incident, add(incident, facts=[fact]), facts=[own])

    assert set(message.facts.all()) == {fact, own}


def test_a_fact_that_comes_with_a_key_message_cannot_be_left_out(
    incident: Incident, responder: User, by: By
) -> None:
    fact = FactFactory(incident=incident)
    message = write(incident, add(incident, facts=[fact]))

    changed = change_message(message=message, facts=[], **by(responder))

    assert list(changed.facts.all()) == [fact]


def test_an_unconfirmed_fact_of_a_key_message_blocks_approval(
    incident: Incident, responder: User, approver: User, by: By
) -> None:
    key_message = add(incident, facts=[FactFactory(incident=incident)])
    message = MessageFactory(incident=incident, status="in_review")
    change_message(message=message, key_messages=[key_message], **by(responder))
    Message.objects.filter(pk=message.pk).update(status="in_review")

    with pytest.raises(FactNotConfirmed):
        approve_message(message=message, revision=2, **by(approver))


def test_a_fact_added_to_a_key_message_takes_approvals_back(
    incident: Incident, responder: User, by: By
) -> None:
    key_message = add(incident)
    message = MessageFactory(incident=incident, status="approved")
    message.key_messages.set([key_message])
    fact = FactFactory(incident=incident)

    change_key_message(key_message=key_message, facts=[fact], **by(responder))

    message.refresh_from_db()
    assert (message.status, list(message.facts.all())) == ("draft", [fact])


def test_what_is_public_stays_as_it_was_said(incident: Incident, responder: User, by: By) -> None:
    key_message = add(incident)
    message = MessageFactory(incident=incident, status="published")
    message.key_messages.set([key_message])

    fact = FactFactory(incident=incident)
    change_key_message(key_message=key_message, facts=[fact], **by(responder))

    message.refresh_from_db()
    assert (message.status, message.facts.count()) == ("published", 0)


def test_a_better_one_takes_its_place(incident: Incident, responder: User, by: By) -> None:
    fact = FactFactory(incident=incident)
    before = add(incident, facts=[fact], position=3)

    after = supersede_key_message(
        key_message=before, texts={"en": "You get it within a week."}, **by(responder)
    )

    before.refresh_from_db()
    assert (before.superseded_by, before.stands) == (after, False)
    assert (after.position, list(after.facts.all())) == (3, [fact])
    with pytest.raises(KeyMessageSuperseded):
        change_key_message(key_message=before, position=1, **by(responder))


def test_messages_take_up_only_what_stands(incident: Incident) -> None:
    retired = KeyMessageFactory(incident=incident, is_active=False)
    foreign = KeyMessageFactory(incident=IncidentFactory(brand=incident.brand))

    for one in (retired, foreign):
        with pytest.raises(InvalidInput) as refused:
            write(incident, one)
        assert set(refused.value.errors) == {"key_messages"}


def test_a_message_keeps_what_it_carries_when_that_falls(
    incident: Incident, responder: User, by: By
) -> None:
    key_message = add(incident)
    message = write(incident, key_message)
    change_key_message(key_message=key_message, is_active=False, **by(responder))

    changed = change_message(
        message=message, key_messages=[key_message], body="Other", **by(responder)
    )

    assert list(changed.key_messages.all()) == [key_message]


def test_a_change_of_nothing_leaves_no_trace(incident: Incident, responder: User, by: By) -> None:
    made = add(incident)

    same = change_key_message(key_message=made, texts=TEXTS, facts=[], **by(responder))

    assert (same.version, Event.objects.filter(object_id=made.pk).count()) == (1, 1)


def test_a_change_of_another_version_is_refused(
    incident: Incident, responder: User, by: By
) -> None:
    with pytest.raises(StaleVersion):
        change_key_message(
            key_message=add(incident), position=2, **by(responder, expected_version=7)
        )


def test_coverage_tells_where_it_was_said_and_where_not(incident: Incident) -> None:
    incident.brand.languages = ["he", "en"]
    said, unsaid = add(incident, position=1), add(incident, position=2)
    channel = ChannelFactory(brand=incident.brand, platform="facebook")
    for audience in ("customers", "customers", "parents"):
        message = MessageFactory(incident=incident, audience=audience, status="published")
        message.key_messages.set([said])
        PublicationFactory(message=message, channel=channel, status="published")
    draft = MessageFactory(incident=incident, language="he")
    draft.key_messages.set([said])

    first, second = coverage_of(incident)

    places = {(one.language, one.audience, one.platform, one.messages) for one in first.places}
    assert places == {("en", "customers", "facebook", 2), ("en", "parents", "facebook", 1)}
    assert (first.key_message, first.missing_languages) == (said, ["he"])
    assert (second.key_message, second.places) == (unsaid, [])
    assert second.missing_languages == ["he", "en"]
