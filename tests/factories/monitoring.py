"""Sources and mentions, with plain valid defaults."""

from datetime import UTC, datetime, time, timedelta

import factory
from django.utils import timezone

from crisisapi.common.ids import uuid7
from messaging.rules.signing import new_webhook_secret
from monitoring.models import (
    Alert,
    AlertRule,
    AskedQuestion,
    Author,
    Claim,
    Correction,
    Delivery,
    DeliveryStatus,
    Erasure,
    Influence,
    Intake,
    Mention,
    Narrative,
    Query,
    QueryKind,
    Report,
    ReportMail,
    ReportRecipient,
    ReportSchedule,
    Rereading,
    RereadingKind,
    ResponseEffect,
    Sample,
    Source,
    Unit,
    Watched,
)
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import PublicationFactory


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source
        skip_postgeneration_save = True

    brand = factory.SubFactory(BrandFactory)
    slug = factory.Sequence(lambda n: f"source-{n}")
    name = "Our listening tool"
    platform = "x"
    secret = factory.LazyFunction(new_webhook_secret)
    intake = factory.RelatedFactory("tests.factories.monitoring.IntakeFactory", "source")


class IntakeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Intake

    source = factory.SubFactory(SourceFactory, intake=None)


class DeliveryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delivery

    source = factory.SubFactory(SourceFactory)
    brand = factory.SelfAttribute("source.brand")
    external_id = factory.Sequence(lambda n: f"msg_{n}")
    body = b'{"mentions": []}'
    body_hash = "0" * 64
    status = DeliveryStatus.PROCESSED


class MentionFactory(factory.django.DjangoModelFactory):
    """A stored mention; rollups do not know of it, so use the ingest where they matter."""

    class Meta:
        model = Mention

    source = factory.SubFactory(SourceFactory)
    brand = factory.SelfAttribute("source.brand")
    delivery_id = factory.LazyFunction(uuid7)
    external_id = factory.Sequence(lambda n: f"drawn-{n}")
    platform = "x"
    text = "The handle of my kettle cracked."
    published_at = factory.LazyFunction(timezone.now)


class AskedQuestionFactory(factory.django.DjangoModelFactory):
    """What nobody asks any more."""

    class Meta:
        model = AskedQuestion

    brand = factory.SubFactory(BrandFactory)


class AlertRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AlertRule

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Storm {n}")
    watched = Watched.BURST


class AlertFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Alert

    rule = factory.SubFactory(AlertRuleFactory)
    brand = factory.SelfAttribute("rule.brand")
    watched = factory.SelfAttribute("rule.watched")
    unit = Unit.MENTIONS_AN_HOUR
    started_at = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
    observed = 340.0
    usual = 24.0
    limit = 60.0
    unusual = 0.999


class AuthorFactory(factory.django.DjangoModelFactory):
    """An author of whom there is no mention; those who speak come of the reading."""

    class Meta:
        model = Author

    brand = factory.SubFactory(BrandFactory)
    key = factory.Sequence(lambda n: 1_000 + n)
    platform = "x"
    is_known = False
    mentions = 1
    first_seen_at = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
    last_seen_at = first_seen_at


class InfluenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Influence

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    author = factory.SubFactory(AuthorFactory, brand=factory.SelfAttribute("..brand"))
    rank = factory.Sequence(lambda n: n + 1)
    score = total = spread = 2.5
    breadth = audience = 0.0
    posts = answers = shares = people = reach = 1
    latest_at = measured_at = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)


class QueryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Query

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Query {n}")
    kind = QueryKind.TOPIC
    expression = "kettle OR קומקום"


class RereadingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rereading

    brand = factory.SubFactory(BrandFactory)
    kind = RereadingKind.REANALYSIS
    analyser = "reading/0"


class NarrativeFactory(factory.django.DjangoModelFactory):
    """A narrative as the worker leaves it; no mention knows of it."""

    class Meta:
        model = Narrative

    brand = factory.SubFactory(BrandFactory)
    title = "handle · kettle · water"
    mentions = 8
    first_at = factory.LazyFunction(timezone.now)
    last_at = factory.SelfAttribute("first_at")


class ClaimFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Claim

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    statement = "The handle of every K2 cracks."


class CorrectionFactory(factory.django.DjangoModelFactory):
    """What was said; its mention does not know of it."""

    class Meta:
        model = Correction

    mention = factory.SubFactory(MentionFactory)
    brand = factory.SelfAttribute("mention.brand")
    sentiment = "negative"
    found_sentiment = "neutral"
    found_language = "en"
    found_confidence = 0.4
    analyser = "reading/0"


class SampleFactory(factory.django.DjangoModelFactory):
    """A draw of nothing."""

    class Meta:
        model = Sample

    brand = factory.SubFactory(BrandFactory)
    since = datetime(2026, 3, 1, tzinfo=UTC)
    until = since + timedelta(days=3)
    size = 100


class ErasureFactory(factory.django.DjangoModelFactory):
    """An erasure of somebody of whom nothing was heard."""

    class Meta:
        model = Erasure

    brand = factory.SubFactory(BrandFactory)
    platform = "x"
    author_hash = factory.Sequence(lambda n: f"{n:064x}")
    reason = "Request 17"


class ReportFactory(factory.django.DjangoModelFactory):
    """A report that is ready."""

    class Meta:
        model = Report

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    language = "en"
    format = "csv"
    state = "ready"
    progress = 100
    content = b"started_at"
    size = 10
    media_type = "text/csv"
    file_name = "report.csv"
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class ReportScheduleFactory(factory.django.DjangoModelFactory):
    """Every morning, to nobody yet."""

    class Meta:
        model = ReportSchedule

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    language = "en"
    cadence = "daily"
    at = time(9)
    next_due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=9))


class ReportRecipientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReportRecipient

    schedule = factory.SubFactory(ReportScheduleFactory)
    address = factory.Sequence(lambda n: f"board{n}@example.org")


class ReportMailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReportMail

    report = factory.SubFactory(ReportFactory)
    recipient = factory.SubFactory(
        ReportRecipientFactory, schedule__incident=factory.SelfAttribute("...report.incident")
    )
    next_attempt_at = factory.LazyFunction(timezone.now)


class ResponseEffectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ResponseEffect

    publication = factory.SubFactory(PublicationFactory, status="published")
    brand = factory.SelfAttribute("publication.brand")
    number = 1
    verdict = "no_clear_effect"
    reasons = ["within_usual"]
    since = factory.LazyFunction(timezone.now)
    until = factory.LazyAttribute(lambda row: row.since + timedelta(hours=1))
    method = "storm-its-1"
    fingerprint = "0" * 64
    measured_at = factory.LazyAttribute(lambda row: row.until)
