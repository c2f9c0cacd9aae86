"""The audience: what it asks, and what it is asked."""

from datetime import timedelta

import factory
from django.utils import timezone

from messaging.models import (
    LiveSession,
    LiveSessionStatus,
    Poll,
    PollStatus,
    Question,
    QuestionVote,
    QueuedQuestion,
)
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


class LiveSessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LiveSession

    brand = factory.SubFactory(BrandFactory)
    incident = factory.SubFactory(IncidentFactory, brand=factory.SelfAttribute("..brand"))
    titles = factory.LazyFunction(lambda: {"he": "שואלים ועונים", "en": "We answer you"})
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=1))


class AnnouncedSessionFactory(LiveSessionFactory):
    status = LiveSessionStatus.ANNOUNCED
    link = "https://live.example.org/k2"
    revision = approved_revision = 1
    approved_by = factory.SubFactory(UserFactory)
    approved_at = factory.LazyFunction(timezone.now)


class HeldSessionFactory(AnnouncedSessionFactory):
    status = LiveSessionStatus.LIVE
    starts_at = factory.LazyFunction(timezone.now)
    started_at = factory.LazyAttribute(lambda session: session.starts_at)


class QueuedQuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = QueuedQuestion

    session = factory.SubFactory(AnnouncedSessionFactory)
    question = factory.SubFactory(
        QuestionFactory, brand=factory.SelfAttribute("..session.brand"), incident=None
    )
    state_at = factory.LazyFunction(timezone.now)
