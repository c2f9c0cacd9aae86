"""A row of every noun of this floor, with whatever a row may have filled in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from crisisapi.accounts.models import Brand, Role, User
from incidents.models import Incident
from messaging.models import Message, ReviewDecision, Variant
from messaging.models.variant import VariantMedia
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.audience import (
    AnnouncedSessionFactory,
    OpenPollFactory,
    QuestionFactory,
    QuestionVoteFactory,
)
from tests.factories.incidents import FactFactory, GoalMeasurementFactory, IncidentFactory
from tests.factories.messaging import (
    BlockFactory,
    ChannelFactory,
    CommentFactory,
    HoldFactory,
    HoldRuleFactory,
    KeyMessageFactory,
    LanguagePackFactory,
    MediaAssetFactory,
    MessageFactory,
    NotificationTargetFactory,
    PublicationFactory,
    ReviewPolicyFactory,
    ReviewRoundFactory,
    SuccessStoryFactory,
    TemplateFactory,
    VariantFactory,
)
from tests.factories.public import (
    PublicIncidentFactory,
    PublicNumberFactory,
    PublicPageFactory,
    PublicUpdateFactory,
)

Make = Callable[[Incident, User], Any]


def _person(incident: Incident) -> User:
    person: User = MemberFactory(brand=incident.brand).user
    return person


def _channel(incident: Incident) -> Any:
    return ChannelFactory(
        brand=incident.brand,
        settings={"url": "https://example.org"},
        credentials={"token": "s3cret"},
        test_problems=[{"code": "token", "sentence": "It is old.", "field": "credentials.token"}],
    )


def _comment(incident: Incident, _: User) -> Any:
    return CommentFactory(
        message__incident=incident,
        start=0,
        end=2,
        quote="We",
        resolved_by=_person(incident),
        resolved_at=timezone.now(),
    )


def _hold(incident: Incident, _: User) -> Any:
    return HoldFactory(
        brand=incident.brand,
        incident=incident,
        rule=HoldRuleFactory(brand=incident.brand),
        channels=[_channel(incident), _channel(incident)],
        lifted_by=_person(incident),
        lifted_at=timezone.now(),
        lift_reason="It is over.",
    )


def _hold_rule(incident: Incident, _: User) -> Any:
    rule = HoldRuleFactory(brand=incident.brand, kinds=["product_safety"])
    rule.channels.set([_channel(incident), _channel(incident)])
    return rule


def _key_message(incident: Incident, _: User) -> Any:
    facts = [FactFactory(incident=incident), FactFactory(incident=incident)]
    after = KeyMessageFactory(incident=incident, facts=facts)
    return KeyMessageFactory(
        incident=incident, facts=facts, superseded_by=after, proof_points=["Six days."]
    )


def _message(incident: Incident, _: User) -> Any:
    old = MessageFactory(incident=incident, status="superseded")
    facts = [FactFactory(incident=incident), FactFactory(incident=incident)]
    message = MessageFactory(
        incident=incident,
        facts=facts,
        status="published",
        template=TemplateFactory(brand=incident.brand),
        revises=old,
        flagged_at=timezone.now(),
        flag_reason="fact_refuted",
        flagged_fact=facts[0],
        ratified_by=_person(incident),
    )
    message.key_messages.set([KeyMessageFactory(incident=incident, facts=facts)])
    cite(message)
    return message


def cite(message: Message) -> None:
    """Let a message cite one story more."""
    story = SuccessStoryFactory(incident=message.incident)
    message.cited_stories.add(story, through_defaults={"story_version": 1})


def said(incident: Incident, _: User) -> None:
    """Add a key message, and a message that carries it where everybody reads it."""
    publication = PublicationFactory(message__incident=incident, status="published")
    publication.message.key_messages.set([KeyMessageFactory(incident=incident)])


def _target(incident: Incident, reader: User | None) -> Any:
    return NotificationTargetFactory(
        brand=incident.brand, person=reader, kinds={"review": "at_once"}
    )


def _poll(incident: Incident, _: User) -> Any:
    return OpenPollFactory(brand=incident.brand, incident=incident)


def _live_session(incident: Incident, _: User) -> Any:
    proposal = {"titles": {"he": "שואלים ועונים"}, "intros": {}, "link": "", "recording_url": ""}
    session = AnnouncedSessionFactory(brand=incident.brand, incident=incident, proposal=proposal)
    session.hosts.add(_person(incident), _person(incident))
    return session


def _public_incident(incident: Incident, _: User) -> Any:
    into = PublicIncidentFactory(incident=IncidentFactory(brand=incident.brand))
    return PublicIncidentFactory(
        incident=IncidentFactory(brand=incident.brand),
        merged_into=into,
        proposal={"titles": {"he": "קומקום"}},
    )


def _public_number(incident: Incident, _: User) -> Any:
    goal = GoalMeasurementFactory(goal__incident=incident).goal
    return PublicNumberFactory(incident=incident, goal=goal, proposal={"labels": {"he": "הוחלפו"}})


def _public_page(_: Incident, reader: User) -> Any:
    brand: Brand = BrandFactory()
    MemberFactory(brand=brand, user=reader, role=Role.MANAGER)
    return PublicPageFactory(brand=brand, blocked_words=["fraud"])


def _public_update(incident: Incident, _: User) -> Any:
    by = PublicUpdateFactory(message__incident=incident)
    return PublicUpdateFactory(message__incident=incident, corrected_by=by)


def _publication(incident: Incident, _: User) -> Any:
    return PublicationFactory(
        message__incident=incident,
        texts=["One.", "Two."],
        status="held",
        held_at=timezone.now(),
        held_because="hold",
        held_for=HoldFactory(brand=incident.brand),
        not_before=timezone.now() + timedelta(days=1),
        published_by=_person(incident),
        withdrawal_requested_by=_person(incident),
    )


def _question(incident: Incident, _: User) -> Any:
    brand = incident.brand
    question = QuestionFactory(
        brand=brand,
        incident=incident,
        contact="noa@example.org",
        keeps_contact=True,
        person=_person(incident),
        status="answering",
        answer=MessageFactory(incident=incident),
    )
    QuestionVoteFactory(question=question)
    QuestionFactory(brand=brand, incident=incident, status="duplicate", duplicate_of=question)
    return question


def _review_policy(incident: Incident, _: User) -> Any:
    who = [{"role": "approver"}, {"member": str(_person(incident).pk)}]
    return ReviewPolicyFactory(
        brand=incident.brand, stages=[{"name": "Press", "who": who, "rule": "any"}]
    )


def _review_round(incident: Incident, _: User) -> Any:
    made = ReviewRoundFactory(
        message__incident=incident, policy=ReviewPolicyFactory(brand=incident.brand)
    )
    decide(made.message, round=made)
    decide(made.message, round=made)
    return made


def decide(message: Message, **fields: Any) -> None:
    """Let somebody agree to the first revision of a message."""
    said = {"revision": 1, "decision": "approved", "reviewer": _person(message.incident)}
    ReviewDecision.objects.create(message=message, **said, **fields)


def _story(incident: Incident, _: User) -> Any:
    figures = [{"label": "Days", "value": "6", "source": ""}]
    return SuccessStoryFactory(
        incident=incident, figures=figures, released_by=_person(incident), is_citable=True
    )


def _template(incident: Incident, _: User) -> Any:
    due_at = timezone.now() + timedelta(days=9)
    return TemplateFactory(brand=incident.brand, due_at=due_at, reviewed_by=_person(incident))


def _variant(incident: Incident, _: User) -> Any:
    variant = VariantFactory(message__incident=incident)
    show(variant)
    show(variant)
    return variant


def show(variant: Variant) -> None:
    """Add a picture to a variant."""
    asset, position = MediaAssetFactory(brand=variant.brand), variant.media.count()
    VariantMedia.objects.create(variant=variant, asset=asset, position=position)


ROWS: dict[str, Make] = {
    "blocks": lambda incident, _: BlockFactory(brand=incident.brand),
    "channels": lambda incident, _: _channel(incident),
    "comments": _comment,
    "hold-rules": _hold_rule,
    "holds": _hold,
    "key-messages": _key_message,
    "language-packs": lambda incident, _: LanguagePackFactory(brand=incident.brand),
    "live-sessions": _live_session,
    "media-assets": lambda incident, reader: MediaAssetFactory(
        brand=incident.brand, incident=incident, added_by=reader
    ),
    "messages": _message,
    "notification-targets": _target,
    "polls": _poll,
    "public-incidents": _public_incident,
    "public-numbers": _public_number,
    "public-pages": _public_page,
    "public-updates": _public_update,
    "publications": _publication,
    "questions": _question,
    "review-policies": _review_policy,
    "review-rounds": _review_round,
    "success-stories": _story,
    "team-notification-targets": lambda incident, _: _target(incident, None),
    "templates": _template,
    "variants": _variant,
}
