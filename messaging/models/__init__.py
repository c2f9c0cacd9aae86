"""What we say: templates, messages and how they reach the public."""

from messaging.models.audience_turn import AudienceTurn
from messaging.models.block import Block
from messaging.models.channel import Channel, ChannelKind, Platform
from messaging.models.comment import Comment
from messaging.models.hold import Hold, HoldRule
from messaging.models.key_message import KeyMessage
from messaging.models.language_pack import (
    RULES_LENGTH,
    LanguagePack,
    LanguagePackRevision,
    PackLanguage,
)
from messaging.models.live_session import (
    LONGEST_RECORDING,
    SPOKEN_LENGTH,
    TAKING_SESSIONS,
    LiveSession,
    LiveSessionStatus,
    QueuedQuestion,
    QueueState,
)
from messaging.models.media_asset import ALT_LENGTH, MediaAsset, MediaFile
from messaging.models.message import (
    APPROVED_STATUSES,
    PUBLIC_STATUSES,
    SILENT_STATUSES,
    WAITING_STATUSES,
    FlagReason,
    Message,
    MessageStatus,
)
from messaging.models.message_revision import MessageRevision
from messaging.models.notification_target import NewsKind, NotificationTarget, Timing, Way
from messaging.models.outgoing_notification import (
    NewsCursor,
    NewsItem,
    OutgoingNotification,
    OutgoingStatus,
    Urgency,
)
from messaging.models.poll import Ballot, Poll, PollResults, PollSelection, PollStatus
from messaging.models.public_incident import PublicIncident, PublicIncidentStatus
from messaging.models.public_number import NumberUnit, PublicNumber
from messaging.models.public_page import PublicPage
from messaging.models.public_update import PublicUpdate
from messaging.models.publication import OPEN_STATUSES, HeldBecause, Publication, PublicationStatus
from messaging.models.publication_part import PartStatus, PublicationPart
from messaging.models.question import (
    OPEN_QUESTIONS,
    QUESTION_LENGTH,
    Question,
    QuestionOrigin,
    QuestionStatus,
    QuestionVote,
)
from messaging.models.review_decision import Decision, ReviewDecision
from messaging.models.review_policy import ReviewPolicy
from messaging.models.review_round import ReviewRound, RoundOutcome
from messaging.models.subscriber import Subscriber, SubscriberStatus, SubscriptionRequest
from messaging.models.subscriber_mail import MailKind, MailStatus, SubscriberMail
from messaging.models.success_story import Citation, SuccessStory
from messaging.models.template import BODY_LENGTH, Purpose, Template
from messaging.models.template_revision import TemplateRevision
from messaging.models.variant import Variant, VariantMedia

__all__ = [
    "ALT_LENGTH",
    "APPROVED_STATUSES",
    "BODY_LENGTH",
    "LONGEST_RECORDING",
    "OPEN_QUESTIONS",
    "OPEN_STATUSES",
    "PUBLIC_STATUSES",
    "QUESTION_LENGTH",
    "RULES_LENGTH",
    "SILENT_STATUSES",
    "SPOKEN_LENGTH",
    "TAKING_SESSIONS",
    "WAITING_STATUSES",
    "AudienceTurn",
    "Ballot",
    "Block",
    "Channel",
    "ChannelKind",
    "Citation",
    "Comment",
    "Decision",
    "FlagReason",
    "HeldBecause",
    "Hold",
    "HoldRule",
    "KeyMessage",
    "LanguagePack",
    "LanguagePackRevision",
    "LiveSession",
    "LiveSessionStatus",
    "MailKind",
    "MailStatus",
    "MediaAsset",
    "MediaFile",
    "Message",
    "MessageRevision",
    "MessageStatus",
    "NewsCursor",
    "NewsItem",
    "NewsKind",
    "NotificationTarget",
    "NumberUnit",
    "OutgoingNotification",
    "OutgoingStatus",
    "PackLanguage",
    "PartStatus",
    "Platform",
    "Poll",
    "PollResults",
    "PollSelection",
    "PollStatus",
    "PublicIncident",
    "PublicIncidentStatus",
    "PublicNumber",
    "PublicPage",
    "PublicUpdate",
    "Publication",
    "PublicationPart",
    "PublicationStatus",
    "Purpose",
    "Question",
    "QuestionOrigin",
    "QuestionStatus",
    "QuestionVote",
    "QueueState",
    "QueuedQuestion",
    "ReviewDecision",
    "ReviewPolicy",
    "ReviewRound",
    "RoundOutcome",
    "Subscriber",
    "SubscriberMail",
    "SubscriberStatus",
    "SubscriptionRequest",
    "SuccessStory",
    "Template",
    "TemplateRevision",
    "Timing",
    "Urgency",
    "Variant",
    "VariantMedia",
    "Way",
]
