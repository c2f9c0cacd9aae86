"""The public page and what stands on it, approved and open by default."""

import factory
from django.utils import timezone

from crisisapi.common.ids import uuid7
from messaging.models import (
    MailKind,
    MessageStatus,
    PublicIncident,
    PublicNumber,
    PublicPage,
    PublicUpdate,
    Subscriber,
    SubscriberMail,
    SubscriberStatus,
)
from messaging.services.subscribers import keyed_hash
from tests.factories.accounts import BrandFactory, UserFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import MessageFactory


class PublicPageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublicPage
        django_get_or_create = ("brand",)

    brand = factory.SubFactory(BrandFactory)
    slug = factory.Sequence(lambda n: f"rimon-{n}")
    is_published = True
    languages = factory.LazyFunction(lambda: ["he", "en"])
    titles = factory.LazyFunction(lambda: {"he": "עדכונים מרימון", "en": "Updates from Rimon"})
    intros = factory.LazyFunction(dict)
    changed_at = factory.LazyFunction(timezone.now)


class PublicIncidentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublicIncident

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    titles = factory.LazyFunction(
        lambda: {"he": "הידיות של קומקום K2", "en": "The handles of the K2 kettle"}
    )
    summaries = factory.LazyFunction(
        lambda: {"he": "עצרנו את המכירה.", "en": "We stopped selling it."}
    )
    proposed_by = factory.SubFactory(UserFactory)
    revision = 1
    approved_revision = 1
    approved_by = factory.SubFactory(UserFactory)
    approved_at = factory.LazyFunction(timezone.now)
    made_public_at = factory.LazyFunction(timezone.now)
    status_at = factory.LazyFunction(timezone.now)


class PublicUpdateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublicUpdate

    message = factory.SubFactory(MessageFactory, status=MessageStatus.PUBLISHED)
    incident = factory.SelfAttribute("message.incident")
    brand = factory.SelfAttribute("message.brand")
    key = factory.LazyFunction(uuid7)
    language = factory.SelfAttribute("message.language")
    title = factory.SelfAttribute("message.title")
    body = factory.SelfAttribute("message.body")
    published_at = factory.LazyFunction(timezone.now)


class PublicNumberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublicNumber

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    labels = factory.LazyFunction(lambda: {"he": "קומקומים שהוחלפו", "en": "Kettles replaced"})
    sources = factory.LazyFunction(lambda: {"he": "מוקד השירות", "en": "Our service centre"})
    value = 1240
    as_of = factory.LazyFunction(timezone.now)
    proposed_by = factory.SubFactory(UserFactory)
    revision = 1
    approved_revision = 1
    approved_by = factory.SubFactory(UserFactory)
    approved_at = factory.LazyFunction(timezone.now)


class SubscriberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subscriber

    page = factory.SubFactory(PublicPageFactory)
    brand = factory.SelfAttribute("page.brand")
    address = factory.Sequence(lambda n: f"noa{n}@example.org")
    address_hash = factory.LazyAttribute(lambda row: keyed_hash(row.address.lower()))
    language = "he"
    status = SubscriberStatus.CONFIRMED
    asked_at = factory.LazyFunction(timezone.now)
    confirmed_at = factory.LazyFunction(timezone.now)


class SubscriberMailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SubscriberMail

    subscriber = factory.SubFactory(SubscriberFactory)
    brand = factory.SelfAttribute("subscriber.brand")
    kind = MailKind.CONFIRMATION
    next_attempt_at = factory.LazyFunction(timezone.now)
