"""Questions that ask the same, and those of an incident that goes on in another."""

from datetime import timedelta

import pytest

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from incidents.models import Incident
from incidents.services.merging import merge_incident
from messaging.models import Question
from messaging.selectors.audience import similar_questions
from tests.factories.audience import QuestionFactory
from tests.factories.incidents import IncidentFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(incident: Incident) -> Question:
    return QuestionFactory(brand=incident.brand, incident=incident)


def test_questions_with_the_same_words_are_found(question: Question) -> None:
    same = QuestionFactory(brand=question.brand, text="Are the white kettles dangerous?")
    QuestionFactory(brand=question.brand, text="When do I get my money back?")
    QuestionFactory(brand=question.brand, text="Which kettles are dangerous?", status="rejected")
    QuestionFactory(text="Which kettles are dangerous?")

    found = similar_questions(question, Question.objects.all())

    assert [one.question for one in found] == [same]
    assert set(found[0].words) == {"kettle", "dangerous"}


def test_questions_follow_a_merged_incident(
    question: Question, incident: Incident, brand: Brand
) -> None:
    target = IncidentFactory(brand=brand)

    merge_incident(
        incident=incident,
        into=target,
        reason="One story",
        actor=Actor("system", None),
        now=NOW + timedelta(days=365),
        expected_version=None,
    )

    question.refresh_from_db()
    assert question.incident == target
