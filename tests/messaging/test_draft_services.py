"""Drafts made from templates."""

from datetime import timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput
from incidents.models import Incident
from messaging.models import Message
from messaging.services.drafts import (
    Drafted,
    TemplateInactive,
    draft_from_template,
    draft_in_languages,
)
from tests.factories.accounts import UserFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import BlockFactory, TemplateFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

NOBODY = "019bb138-1000-75cd-a0f1-298f41f7d1c8"


def test_a_template_makes_a_draft_in_its_words(incident: Incident, responder: User) -> None:
    template = TemplateFactory(brand=incident.brand, language="he", body="על {product}")
    fact = FactFactory(incident=incident)

    message = draft_from_template(
        template=template,
        incident=incident,
        values={"product": "קומקום"},
        drafted=Drafted(facts=[fact]),
        actor=Actor("user", responder.pk),
        now=NOW,
    )

    assert (message.body, message.language, message.template) == ("על קומקום", "he", template)
    assert (message.title, message.purpose) == (template.title, template.purpose)
    assert list(message.facts.all()) == [fact]


def test_an_inactive_template_makes_nothing(incident: Incident) -> None:
    template = TemplateFactory(brand=incident.brand, is_active=False)
    actor = Actor("user", UserFactory().pk)

    with pytest.raises(TemplateInactive):
        draft_from_template(
            template=template, incident=incident, values={"product": "K2"}, actor=actor, now=NOW
        )


def test_a_template_of_another_brand_makes_nothing(incident: Incident) -> None:
    actor = Actor("user", UserFactory().pk)

    with pytest.raises(InvalidInput) as refused:
        draft_from_template(
            template=TemplateFactory(),
            incident=incident,
            values={"product": "K2"},
            actor=actor,
            now=NOW,
        )

    assert set(refused.value.errors) == {"incident"}


def _by(person: User) -> dict[str, Any]:
    return {"actor": Actor("user", person.pk), "now": NOW}


def test_a_fact_given_as_a_value_is_said_and_rested_on(incident: Incident, responder: User) -> None:
    fact = FactFactory(incident=incident, statement="Series K2-4 is affected.")
    known = {"name": "known", "type": "fact"}
    template = TemplateFactory(brand=incident.brand, body="We know: {known}", placeholders=[known])

    message = draft_from_template(
        template=template, incident=incident, values={"known": str(fact.pk)}, **_by(responder)
    )

    assert message.body == "We know: Series K2-4 is affected."
    assert list(message.facts.all()) == [fact]


@pytest.mark.parametrize("value", ["somebody", NOBODY, "of another"])
def test_a_fact_of_no_or_another_incident_is_refused(
    incident: Incident, responder: User, value: str
) -> None:
    other = FactFactory(incident__brand=incident.brand)
    template = TemplateFactory(
        brand=incident.brand, body="{known}", placeholders=[{"name": "known", "type": "fact"}]
    )

    with pytest.raises(InvalidInput) as refused:
        draft_from_template(
            template=template,
            incident=incident,
            values={"known": str(other.pk) if value == "of another" else value},
            **_by(responder),
        )

    assert set(refused.value.errors) == {"values.known"}


def test_a_draft_remembers_how_it_was_made(incident: Incident, responder: User) -> None:
    template = TemplateFactory(brand=incident.brand, due_at=NOW - timedelta(days=1))
    BlockFactory(brand=incident.brand, name="ask", version=3)

    message = draft_from_template(
        template=template,
        incident=incident,
        values={"product": "K2", "phone": "1800"},
        drafted=Drafted(blocks=["ask"]),
        **_by(responder),
    )

    assert message.made_from == {
        "version": 1,
        "revision": 1,
        "values": {"product": "K2", "phone": "1800"},
        "blocks": [{"name": "ask", "version": 3}],
        "expired_since": "2026-03-03T09:30:00+00:00",
    }


def test_a_draft_of_a_template_in_time_says_nothing_of_it(
    incident: Incident, responder: User
) -> None:
    template = TemplateFactory(brand=incident.brand, due_at=NOW + timedelta(days=1))

    message = draft_from_template(
        template=template, incident=incident, values={"product": "K2"}, **_by(responder)
    )

    assert message.made_from is not None
    assert message.made_from["expired_since"] is None


@pytest.mark.parametrize("name", ["nobody", "retired", "foreign"])
def test_a_block_that_is_not_there_is_refused(
    incident: Incident, responder: User, name: str
) -> None:
    BlockFactory(brand=incident.brand, name="retired", is_active=False)
    BlockFactory(name="foreign")
    template = TemplateFactory(brand=incident.brand)

    with pytest.raises(InvalidInput) as refused:
        draft_from_template(
            template=template,
            incident=incident,
            values={"product": "K2", "phone": "1800"},
            drafted=Drafted(blocks=[name]),
            **_by(responder),
        )

    assert set(refused.value.errors) == {"blocks"}


def test_drafts_in_several_languages_are_made_together_or_not_at_all(
    incident: Incident, responder: User
) -> None:
    english = TemplateFactory(brand=incident.brand, name="holding")
    TemplateFactory(brand=incident.brand, name="holding", language="he")

    with pytest.raises(InvalidInput) as refused:
        draft_in_languages(
            template=english,
            languages=[],
            values={"en": {"product": "K2"}},
            incident=incident,
            **_by(responder),
        )

    assert set(refused.value.errors) == {"values.he.product"}
    assert not Message.objects.exists()
