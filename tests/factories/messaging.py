"""Templates, messages, channels and publications, with plain valid defaults."""

import factory
from django.utils import timezone

from messaging.models import (
    APPROVED_STATUSES,
    Block,
    Channel,
    Comment,
    Hold,
    HoldRule,
    KeyMessage,
    LanguagePack,
    MediaAsset,
    MediaFile,
    Message,
    MessageRevision,
    MessageStatus,
    NotificationTarget,
    Publication,
    PublicationPart,
    PublicationStatus,
    ReviewPolicy,
    ReviewRound,
    SuccessStory,
    Template,
    Variant,
)
from messaging.rules.declarations import declared
from messaging.rules.reviews import default_stages
from messaging.rules.wording import wording_hash
from messaging.services.parts import digest_of
from tests.factories.accounts import BrandFactory, UserFactory
from tests.factories.incidents import IncidentFactory


class TemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Template

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"holding-{n}")
    title = "We are looking into it"
    purpose = "holding"
    language = "en"
    body = "We heard about {product} and look into it."
    placeholders = ["product"]

    @classmethod
    def _adjust_kwargs(cls, **fields):
        """Let tests name placeholders alone, as people may."""
        return fields | {"placeholders": declared(fields["placeholders"])}


class BlockFactory(TemplateFactory):
    class Meta:
        model = Block

    name = factory.Sequence(lambda n: f"block-{n}")
    title = "Where to ask"
    purpose = ""
    body = "Ask us: {phone}."
    placeholders = ["phone"]


class KeyMessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KeyMessage
        skip_postgeneration_save = True

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    texts = factory.LazyFunction(lambda: {"en": "You get your money back without a receipt."})

    @factory.post_generation
    def facts(key_message, create, extracted, **kwargs):  # noqa: N805 - factory_boy's way
        key_message.facts.set(extracted or [])


class SuccessStoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SuccessStory

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    title = "A recall in six days"
    language = "en"
    situation = "Lids of the pan came off."
    deed = "We took every pan back, without a receipt."
    released_at = factory.Maybe("is_citable", factory.LazyFunction(timezone.now), None)
    is_citable = False
    search = factory.LazyAttribute(
        lambda story: SuccessStory(
            **{
                name: getattr(story, name, empty)
                for name, empty in [
                    ("title", ""),
                    ("situation", ""),
                    ("deed", ""),
                    ("outcome", ""),
                    ("quote", ""),
                    ("tags", []),
                ]
            }
        ).words()
    )


class MessageFactory(factory.django.DjangoModelFactory):
    """A message with its first revision; approved by somebody where its status needs it."""

    class Meta:
        model = Message
        skip_postgeneration_save = True

    incident = factory.SubFactory(IncidentFactory)
    brand = factory.SelfAttribute("incident.brand")
    author = factory.SubFactory(UserFactory)
    title = "What we know about the handles"
    purpose = "update"
    audience = "customers"
    language = "en"
    body = "We stopped selling series K2-114 today."
    status = MessageStatus.DRAFT

    class Params:
        is_approved = factory.LazyAttribute(lambda message: message.status in APPROVED_STATUSES)

    approved_by = factory.Maybe("is_approved", factory.SubFactory(UserFactory), None)
    approved_at = factory.Maybe("is_approved", factory.LazyFunction(timezone.now), None)
    approved_hash = factory.Maybe("is_approved", "not yet known", "")

    superseded_by = factory.Maybe(
        factory.LazyAttribute(lambda message: message.status == MessageStatus.SUPERSEDED),
        factory.SubFactory(
            "tests.factories.messaging.MessageFactory",
            incident=factory.SelfAttribute("..incident"),
            status=MessageStatus.PUBLISHED,
        ),
        None,
    )

    @factory.post_generation
    def facts(message, create, extracted, **kwargs):  # noqa: N805 - factory_boy's way
        message.facts.set(extracted or [])
        hashed = wording_hash(
            title=message.title,
            body=message.body,
            language=message.language,
            fact_ids=[fact.pk for fact in extracted or []],
        )
        MessageRevision.objects.create(
            message=message,
            number=1,
            title=message.title,
            body=message.body,
            language=message.language,
            author=message.author,
            wording_hash=hashed,
        )
        if message.approved_hash:
            message.approved_hash = hashed
            message.save(update_fields=["approved_hash"])


class ChannelFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Channel

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Rimon {n}")
    platform = "x"


class PublicationFactory(factory.django.DjangoModelFactory):
    """A publication with as many parts as `texts` says, all in its own status."""

    class Meta:
        model = Publication
        skip_postgeneration_save = True

    message = factory.SubFactory(MessageFactory, status=MessageStatus.PUBLISHING)
    brand = factory.SelfAttribute("message.brand")
    channel = factory.SubFactory(ChannelFactory, brand=factory.SelfAttribute("..brand"))
    revision = 1
    wording_hash = factory.SelfAttribute("message.approved_hash")
    status = PublicationStatus.PENDING
    requested_by = factory.SubFactory(UserFactory)
    requested_at = factory.LazyFunction(timezone.now)
    published_at = factory.Maybe(
        factory.LazyAttribute(lambda row: row.status == PublicationStatus.PUBLISHED),
        factory.LazyFunction(timezone.now),
        None,
    )
    waits_on_person = factory.LazyAttribute(
        lambda row: row.status in (PublicationStatus.AWAITING_PERSON, PublicationStatus.UNKNOWN)
    )

    @factory.post_generation
    def texts(publication, create, extracted, **kwargs):  # noqa: N805 - factory_boy's way
        texts = extracted or [publication.message.body]
        for number, text in enumerate(texts, 1):
            part = PublicationPart(
                publication=publication,
                number=number,
                title=publication.message.title,
                text=text,
                language=publication.message.language,
                status=publication.status,
                attempts=publication.attempts,
                external_id=publication.external_id,
                url=publication.url,
                may_be_out=publication.status == PublicationStatus.UNKNOWN,
                attempted_at=publication.attempted_at,
                published_at=publication.published_at,
                last_error=publication.last_error,
            )
            if number == 1 and publication.status == PublicationStatus.PENDING:
                part.next_attempt_at = publication.requested_at
            part.digest = digest_of(part)
            part.save()


class HoldFactory(factory.django.DjangoModelFactory):
    """A hold on all channels; `channels` names some."""

    class Meta:
        model = Hold
        skip_postgeneration_save = True

    brand = factory.SubFactory(BrandFactory)
    reason = "A child was scalded; no advertising today."
    raised_by = factory.SubFactory(UserFactory)
    raised_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def channels(hold, create, extracted, **kwargs):  # noqa: N805 - factory_boy's way
        hold.channels.set(extracted or [])


class HoldRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HoldRule

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Stop everything {n}")
    severity = 2


class NotificationTargetFactory(factory.django.DjangoModelFactory):
    """The team's chat."""

    class Meta:
        model = NotificationTarget

    brand = factory.SubFactory(BrandFactory)
    way = "chat"
    name = "#crisis"
    address = "https://chat.example.org/hooks/1"


class ReviewPolicyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReviewPolicy

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Two pairs of eyes {n}")


class ReviewRoundFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReviewRound

    message = factory.SubFactory(MessageFactory, status=MessageStatus.IN_REVIEW)
    brand = factory.SelfAttribute("message.brand")
    revision = 1
    wording_hash = factory.LazyAttribute(lambda row: row.message.revisions.get().wording_hash)
    terms = factory.LazyFunction(
        lambda: {
            "name": "",
            "stages": default_stages(),
            "expires_after_hours": None,
            "keeps_scheduled": False,
            "remind_after_minutes": None,
            "break_glass_roles": ["manager"],
        }
    )
    stage_opened_at = factory.LazyFunction(timezone.now)


class CommentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Comment

    message = factory.SubFactory(MessageFactory)
    brand = factory.SelfAttribute("message.brand")
    revision = 1
    author = factory.SubFactory(UserFactory)
    text = "Say it in the first sentence."


class LanguagePackFactory(factory.django.DjangoModelFactory):
    """A pack that only lightens a rule, without rules of its own."""

    class Meta:
        model = LanguagePack

    brand = factory.SubFactory(BrandFactory)
    language = "he"
    name = factory.Sequence(lambda n: f"Our words {n}")
    severities = {"blame.customer": "warning"}


class MediaAssetFactory(factory.django.DjangoModelFactory):
    """A picture that Instagram takes; its bytes are those of a tiny file."""

    class Meta:
        model = MediaAsset
        skip_postgeneration_save = True

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"kettle-{n}.jpg")
    alt_text = "A kettle with a cracked handle"
    content_type = "image/jpeg"
    size = 500_000
    sha256 = "2f7c0f3e9c37e3a2b1f9a4f0c8d5e6b7a8c9d0e1f2a3b4c5d6e7f8091a2b3c4d"
    width = 1200
    height = 1000
    stored = factory.RelatedFactory(
        "tests.factories.messaging.MediaFileFactory", factory_related_name="asset"
    )


class MediaFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MediaFile

    content = b"\xff\xd8\xff"


class VariantFactory(factory.django.DjangoModelFactory):
    """A variant as its service would leave it, without a revision of its own."""

    class Meta:
        model = Variant

    message = factory.SubFactory(MessageFactory)
    brand = factory.SelfAttribute("message.brand")
    channel = factory.SubFactory(ChannelFactory, brand=factory.SelfAttribute("..brand"))
    text = "Series K2-114 is off the shelves."
    pieces = factory.LazyAttribute(
        lambda variant: [
            {
                "title": variant.message.title,
                "text": variant.text,
                "language": variant.message.language,
                "attachments": [],
                "options": {},
            }
        ]
    )
