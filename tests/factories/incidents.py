"""Incidents and what belongs to them, with plain valid defaults."""

from datetime import timedelta

import factory
from django.utils import timezone

from incidents.models import (
    Assignment,
    Fact,
    Goal,
    Incident,
    Lesson,
    ResponsePolicy,
    Stakeholder,
)
from tests.factories.accounts import BrandFactory, MemberFactory


class IncidentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Incident

    brand = factory.SubFactory(BrandFactory)
    reference = factory.Sequence(lambda n: f"INC-2026-{n:04d}")
    title = "Kettle handles crack"
    started_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    opened_at = factory.LazyFunction(timezone.now)


class FactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Fact

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    statement = "The handles of series K2-114 crack when hot."


class StakeholderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stakeholder

    brand = factory.SubFactory(BrandFactory)
    name = "Consumer council"


class GoalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Goal

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    title = "Calm the talk"
    metric = "mentions.negative_share"
    baseline = 0.8
    target = 0.3
    deadline = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))


class LessonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Lesson

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    title = "Answer within the hour"
    observation = "The first answer took three hours."
    recommendation = "Prepare a holding message."


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    person = factory.LazyAttribute(lambda part: MemberFactory(brand=part.brand).user)
    role = "monitor"


class ResponsePolicyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ResponsePolicy

    brand = factory.SubFactory(BrandFactory)
