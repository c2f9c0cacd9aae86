"""An object of a brand for each noun, for the walk over all routes."""

from collections.abc import Callable
from typing import Any

from crisisapi.accounts.models import Brand
from tests.factories.accounts import AccessTokenFactory, ApiKeyFactory, MemberFactory
from tests.factories.audience import (
    AnnouncedSessionFactory,
    LiveSessionFactory,
    OpenPollFactory,
    PollFactory,
    QuestionFactory,
)
from tests.factories.events import record
from tests.factories.incidents import (
    AssignmentFactory,
    ClockFactory,
    ContactEntryFactory,
    EvidenceFactory,
    FactFactory,
    GoalFactory,
    IncidentFactory,
    InvolvementFactory,
    LessonFactory,
    NotificationFactory,
    PlaybookFactory,
    PlaybookRunFactory,
    PlaybookVersionFactory,
    ResponsePolicyFactory,
    ReviewFactory,
    RunStepFactory,
    ShiftNoteFactory,
    StakeholderFactory,
    TaskFactory,
)
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
from tests.factories.monitoring import DeliveryFactory, MentionFactory, SourceFactory
from tests.factories.public import (
    PublicIncidentFactory,
    PublicNumberFactory,
    PublicPageFactory,
    PublicUpdateFactory,
    SubscriberMailFactory,
)

# An object of the brand for each noun.
OBJECTS: dict[str, Callable[[Brand], Any]] = {
    "access-token": lambda brand: AccessTokenFactory(user=MemberFactory(brand=brand).user),
    "api-key": lambda brand: ApiKeyFactory(brand=brand),
    "assignment": lambda brand: AssignmentFactory(incident__brand=brand),
    "block": lambda brand: BlockFactory(brand=brand),
    "brand": lambda brand: brand,
    "channel": lambda brand: ChannelFactory(brand=brand),
    "clock": lambda brand: ClockFactory(incident__brand=brand),
    "comment": lambda brand: CommentFactory(message__incident__brand=brand),
    "contact-entry": lambda brand: ContactEntryFactory(incident__brand=brand),
    "delivery": lambda brand: DeliveryFactory(source__brand=brand),
    "event": record,
    "evidence": lambda brand: EvidenceFactory(incident__brand=brand),
    "fact": lambda brand: FactFactory(incident__brand=brand),
    "goal": lambda brand: GoalFactory(incident__brand=brand),
    "hold": lambda brand: HoldFactory(brand=brand, incident=IncidentFactory(brand=brand)),
    "hold-rule": lambda brand: HoldRuleFactory(brand=brand),
    "incident": lambda brand: IncidentFactory(brand=brand),
    "incident-metrics": lambda brand: IncidentFactory(brand=brand),
    "incident-playbooks": lambda brand: IncidentFactory(brand=brand),
    "incident-waiting": lambda brand: IncidentFactory(brand=brand),
    "involvement": lambda brand: InvolvementFactory(incident__brand=brand),
    "language-pack": lambda brand: LanguagePackFactory(brand=brand),
    "key-message": lambda brand: KeyMessageFactory(incident__brand=brand),
    "lesson": lambda brand: LessonFactory(incident__brand=brand),
    "live-session": lambda brand: LiveSessionFactory(brand=brand, incident__brand=brand),
    "public-live-session": lambda brand: AnnouncedSessionFactory(brand=brand, incident=None),
    "media-asset": lambda brand: MediaAssetFactory(
        brand=brand, incident=IncidentFactory(brand=brand)
    ),
    "member": lambda brand: MemberFactory(brand=brand),
    "mention": lambda brand: MentionFactory(source__brand=brand),
    "message": lambda brand: MessageFactory(incident__brand=brand),
    "playbook": lambda brand: PlaybookFactory(brand=brand),
    "playbook-run": lambda brand: PlaybookRunFactory(incident__brand=brand),
    "playbook-version": lambda brand: PlaybookVersionFactory(playbook__brand=brand),
    "public-media": lambda brand: MediaAssetFactory(brand=brand),
    "audience": lambda brand: PublicPageFactory(brand=brand, takes_questions=True),
    "poll": lambda brand: PollFactory(brand=brand, incident__brand=brand),
    "public-poll": lambda brand: OpenPollFactory(brand=brand, incident=None),
    "public": lambda brand: SubscriberMailFactory(subscriber__page__brand=brand).subscriber.page,
    "public-incident": lambda brand: PublicIncidentFactory(incident__brand=brand),
    "public-number": lambda brand: PublicNumberFactory(incident__brand=brand),
    "public-page": lambda brand: PublicPageFactory(brand=brand),
    "public-update": lambda brand: PublicUpdateFactory(message__incident__brand=brand),
    "publication": lambda brand: PublicationFactory(message__incident__brand=brand),
    "question": lambda brand: QuestionFactory(brand=brand, incident__brand=brand),
    "response-policy": lambda brand: ResponsePolicyFactory(brand=brand),
    "review": lambda brand: ReviewFactory(incident__brand=brand),
    "review-policy": lambda brand: ReviewPolicyFactory(brand=brand),
    "review-round": lambda brand: ReviewRoundFactory(message__incident__brand=brand),
    "run-step": lambda brand: RunStepFactory(run__incident__brand=brand),
    "notification": lambda brand: NotificationFactory(incident__brand=brand),
    "notification-target": lambda brand: NotificationTargetFactory(
        brand=brand, person=MemberFactory(brand=brand).user
    ),
    "team-notification-target": lambda brand: NotificationTargetFactory(brand=brand),
    "shift-note": lambda brand: ShiftNoteFactory(incident__brand=brand),
    "source": lambda brand: SourceFactory(brand=brand),
    "success-story": lambda brand: SuccessStoryFactory(incident__brand=brand),
    "stakeholder": lambda brand: StakeholderFactory(brand=brand),
    "task": lambda brand: TaskFactory(incident__brand=brand),
    "template": lambda brand: TemplateFactory(brand=brand),
    "variant": lambda brand: VariantFactory(message__incident__brand=brand),
}
