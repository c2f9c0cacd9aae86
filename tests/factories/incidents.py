"""Incidents and what belongs to them, with plain valid defaults."""

from datetime import timedelta

import factory
from django.utils import timezone

from crisisapi.common.ids import uuid7
from incidents.models import (
    Assignment,
    Clock,
    ContactEntry,
    Evidence,
    EvidenceFile,
    Fact,
    Goal,
    GoalMeasurement,
    Incident,
    IncidentRelation,
    Involvement,
    Lesson,
    Notification,
    Playbook,
    PlaybookRun,
    PlaybookVersion,
    RecalledLesson,
    ResponsePolicy,
    Review,
    RunStep,
    ShiftNote,
    Stakeholder,
    StanceChange,
    Task,
)
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.events import record


class IncidentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Incident

    brand = factory.SubFactory(BrandFactory)
    # A year of its own: those opened by the service count from 1 in the year of the test.
    reference = factory.Sequence(lambda n: f"INC-2000-{n:04d}")
    title = "Kettle handles crack"
    started_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    opened_at = factory.LazyFunction(timezone.now)


class FactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Fact

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    statement = "The handles of series K2-114 crack when hot."


class EvidenceFactory(factory.django.DjangoModelFactory):
    """A small text file that shows a fact."""

    class Meta:
        model = Evidence
        skip_postgeneration_save = True

    fact = factory.SubFactory(FactFactory, incident=factory.SelfAttribute("..incident"))
    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    kind = "file"
    title = "Report of the laboratory"
    file_name = "report.txt"
    content_type = "text/plain"
    size = 6
    sha256 = "2f7c0f3e9c37e3a2b1f9a4f0c8d5e6b7a8c9d0e1f2a3b4c5d6e7f8091a2b3c4d"
    stored = factory.RelatedFactory(
        "tests.factories.incidents.EvidenceFileFactory", factory_related_name="evidence"
    )


class EvidenceFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EvidenceFile

    content = b"cracks"


class StakeholderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stakeholder

    brand = factory.SubFactory(BrandFactory)
    name = "Consumer council"


class StanceChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StanceChange

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    stakeholder = factory.SubFactory(StakeholderFactory, brand=factory.SelfAttribute("..brand"))
    before = "neutral"
    after = "critical"


class InvolvementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Involvement

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    stakeholder = factory.SubFactory(StakeholderFactory, brand=factory.SelfAttribute("..brand"))
    part = "Authority in charge"


class ContactEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContactEntry

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    stakeholder = factory.SubFactory(StakeholderFactory, brand=factory.SelfAttribute("..brand"))
    channel = "phone"
    direction = "out"
    summary = "Told them the serial numbers."
    at = factory.LazyFunction(timezone.now)


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


class GoalMeasurementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GoalMeasurement

    goal = factory.SubFactory(GoalFactory)
    value = 0.5
    measured_at = factory.LazyFunction(timezone.now)


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


class RecalledLessonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RecalledLesson

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    lesson = factory.LazyAttribute(lambda one: LessonFactory(incident__brand=one.brand))
    score = 0.5
    reasons = [{"code": "shared_words", "params": {"words": ["kettle"]}}]


class IncidentRelationFactory(factory.django.DjangoModelFactory):
    """Two incidents; the older one is first, as ids sort by time."""

    class Meta:
        model = IncidentRelation

    first = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("first.brand")
    second = factory.LazyAttribute(lambda one: IncidentFactory(brand=one.brand))


class ResponsePolicyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ResponsePolicy
        django_get_or_create = ["brand"]

    brand = factory.SubFactory(BrandFactory)


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    title = "Put a notice in every shop"


class CommitmentFactory(TaskFactory):
    kind = "commitment"
    promise = "Every K2 kettle is exchanged within two weeks."
    promised_at = factory.LazyFunction(timezone.now)
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))
    is_public = True


class NotificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notification

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    recipient = factory.LazyAttribute(lambda told: MemberFactory(brand=told.brand).user)
    event = factory.LazyAttribute(lambda told: record(told.brand))
    verb = "task.added"
    object_type = "task"
    object_id = factory.LazyFunction(uuid7)
    details = factory.LazyAttribute(
        lambda told: {"reference": told.incident.reference, "title": "Call the shops"}
    )


def task_step(key="call-the-factory", **terms):
    """A step of a playbook in full, as it is kept."""
    return {
        "key": key,
        "kind": "task",
        "title": "Call the factory",
        "instructions": "",
        "after": [],
        "when": {},
        "role": "",
        "department": "",
        "due_minutes": None,
        **terms,
    }


class PlaybookFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Playbook

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Product danger {n}")


class PlaybookVersionFactory(factory.django.DjangoModelFactory):
    """A draft; one that was published with that status."""

    class Meta:
        model = PlaybookVersion

    playbook = factory.SubFactory(PlaybookFactory)
    brand = factory.SelfAttribute("playbook.brand")
    number = factory.Sequence(lambda n: n + 1)
    status = "draft"
    steps = factory.LazyFunction(lambda: [task_step()])
    published_at = factory.Maybe(
        factory.LazyAttribute(lambda version: version.status != "draft"),
        factory.LazyFunction(timezone.now),
        None,
    )


class PlaybookRunFactory(factory.django.DjangoModelFactory):
    """A run that waits; its steps are made apart."""

    class Meta:
        model = PlaybookRun

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    playbook = factory.SubFactory(PlaybookFactory, brand=factory.SelfAttribute("..brand"))
    playbook_version = factory.SubFactory(
        PlaybookVersionFactory, playbook=factory.SelfAttribute("..playbook"), status="published"
    )
    state = "waiting"
    started_at = factory.LazyFunction(timezone.now)


class RunStepFactory(factory.django.DjangoModelFactory):
    """A decision that waits."""

    class Meta:
        model = RunStep

    run = factory.SubFactory(PlaybookRunFactory)
    incident = factory.SelfAttribute("run.incident")
    brand = factory.SelfAttribute("run.brand")
    key = factory.Sequence(lambda n: f"step-{n}")
    position = factory.Sequence(lambda n: n % 30_000)
    kind = "decision"
    title = "Stop the sale?"
    state = "waiting"
    attempt = 1
    terms = factory.LazyAttribute(
        lambda step: {
            **task_step(step.key, title=step.title),
            "kind": step.kind,
            "options": ["yes", "no"],
        }
    )


class ReviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Review

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    recorded_at = factory.LazyFunction(timezone.now)


class ClockFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Clock

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    kind = "first_publication"
    started_at = factory.LazyFunction(timezone.now)
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=2))


class ShiftNoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ShiftNote

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    author = factory.LazyAttribute(lambda note: MemberFactory(brand=note.brand).user)
    text = "The laboratory calls back at four."
