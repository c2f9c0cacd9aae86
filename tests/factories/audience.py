"""The audience: what it asks, and what it is asked."""

import factory

from messaging.models import Question, QuestionVote
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question

    brand = factory.SubFactory(BrandFactory)
    incident = factory.SubFactory(IncidentFactory, brand=factory.SelfAttribute("..brand"))
    text = "Which kettles are dangerous?"
    language = "en"


class QuestionVoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = QuestionVote

    question = factory.SubFactory(QuestionFactory)
    voter_hash = factory.Sequence(lambda n: f"{n:064d}")
