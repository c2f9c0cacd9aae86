"""Drafts made from templates."""

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput
from incidents.models import Incident
from messaging.services.messages import TemplateInactive, draft_from_template
from tests.factories.accounts import UserFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import TemplateFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_template_makes_a_draft_in_its_words(incident: Incident, responder: User) -> None:
    template = TemplateFactory(brand=incident.brand, language="he", body="על {product}")
    fact = FactFactory(incident=incident)

    message = draft_from_template(
        template=template,
        incident=incident,
        values={"product": "קומקום"},
        facts=[fact],
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
