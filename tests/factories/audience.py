"""The audience: what it asks, and what it is asked."""

from datetime import timedelta

import factory
from django.utils import timezone

from messaging.models import Poll, PollStatus, Question, QuestionVote
from tests.factories.accounts import BrandFactory, UserFactory
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


class PollFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Poll

    brand = factory.SubFactory(BrandFactory)
    incident = factory.SubFactory(IncidentFactory, brand=factory.SelfAttribute("..brand"))
    questions = factory.LazyFunction(
        lambda: {"he": "מה עדיף?", "en": "What would you rather have?"}
    )
    options = factory.LazyFunction(
        lambda: [{"he": "קומקום חדש", "en": "A new kettle"}, {"he": "כסף", "en": "Money"}]
    )
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))
    author = factory.SubFactory(UserFactory)


class OpenPollFactory(PollFactory):
    status = PollStatus.OPEN
    approved_hash = "a" * 64
    approved_by = factory.SubFactory(UserFactory)
    approved_at = factory.LazyFunction(timezone.now)
    opened_at = factory.LazyFunction(timezone.now)
