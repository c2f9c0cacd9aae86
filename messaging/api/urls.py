"""Routes of this floor."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from messaging.api.audience import AudienceViewSet
from messaging.api.blocks import BlockViewSet
from messaging.api.channels import ChannelViewSet
from messaging.api.comments import CommentViewSet
from messaging.api.hold_rules import HoldRuleViewSet
from messaging.api.holds import HoldViewSet
from messaging.api.key_messages import KeyMessageCoverageViewSet, KeyMessageViewSet
from messaging.api.language_checks import LanguageCheckViewSet
from messaging.api.language_packs import LanguagePackViewSet
from messaging.api.language_rules import LanguageRuleViewSet
from messaging.api.live_sessions import LiveSessionViewSet
from messaging.api.media_assets import MediaAssetViewSet, PublicMediaViewSet
from messaging.api.messages import MessageViewSet
from messaging.api.notification_targets import (
    NotificationTargetViewSet,
    TeamNotificationTargetViewSet,
)
from messaging.api.polls import PollViewSet
from messaging.api.previews import PreviewViewSet
from messaging.api.public import PublicViewSet
from messaging.api.public_incidents import PublicIncidentViewSet
from messaging.api.public_live import PublicLiveSessionViewSet
from messaging.api.public_numbers import PublicNumberViewSet
from messaging.api.public_pages import PublicPageViewSet
from messaging.api.public_polls import PublicPollViewSet
from messaging.api.public_updates import PublicUpdateViewSet
from messaging.api.publications import PublicationViewSet
from messaging.api.questions import QuestionViewSet
from messaging.api.review_policies import ReviewPolicyViewSet
from messaging.api.review_rounds import ReviewRoundViewSet
from messaging.api.success_stories import SuccessStoryViewSet
from messaging.api.templates import TemplateViewSet
from messaging.api.variants import VariantViewSet

router = SimpleRouter(use_regex_path=False)
router.register("blocks", BlockViewSet, basename="block")
router.register("channels", ChannelViewSet, basename="channel")
router.register("comments", CommentViewSet, basename="comment")
router.register("hold-rules", HoldRuleViewSet, basename="hold-rule")
router.register("holds", HoldViewSet, basename="hold")
router.register("language-packs", LanguagePackViewSet, basename="language-pack")
router.register("key-messages", KeyMessageViewSet, basename="key-message")
router.register("live-sessions", LiveSessionViewSet, basename="live-session")
router.register("media-assets", MediaAssetViewSet, basename="media-asset")
router.register("messages", MessageViewSet, basename="message")
router.register("notification-targets", NotificationTargetViewSet, basename="notification-target")
router.register(
    "team-notification-targets",
    TeamNotificationTargetViewSet,
    basename="team-notification-target",
)
router.register("polls", PollViewSet, basename="poll")
router.register("public-incidents", PublicIncidentViewSet, basename="public-incident")
router.register("public-numbers", PublicNumberViewSet, basename="public-number")
router.register("public-pages", PublicPageViewSet, basename="public-page")
router.register("public-updates", PublicUpdateViewSet, basename="public-update")
router.register("publications", PublicationViewSet, basename="publication")
router.register("questions", QuestionViewSet, basename="question")
router.register("success-stories", SuccessStoryViewSet, basename="success-story")
router.register("review-policies", ReviewPolicyViewSet, basename="review-policy")
router.register("review-rounds", ReviewRoundViewSet, basename="review-round")
router.register("templates", TemplateViewSet, basename="template")
router.register("variants", VariantViewSet, basename="variant")

urlpatterns = [
    path(
        "key-messages/coverage/",
        KeyMessageCoverageViewSet.as_view({"get": "coverage"}),
        name="key-message-coverage",
    ),
    path(
        "language-checks/",
        LanguageCheckViewSet.as_view({"post": "create"}),
        name="language-check",
    ),
    path("language-rules/", LanguageRuleViewSet.as_view({"get": "rules"}), name="language-rule"),
    path("previews/", PreviewViewSet.as_view({"post": "create"}), name="preview"),
    path(
        "public-media/<uuid:pk>/",
        PublicMediaViewSet.as_view({"get": "show"}),
        name="public-media",
    ),
    path("public/<slug:slug>/", PublicViewSet.as_view({"get": "page"}), name="public"),
    path(
        "public/<slug:slug>/incidents/<uuid:pk>/",
        PublicViewSet.as_view({"get": "incident"}),
        name="public",
    ),
    path(
        "public/<slug:slug>/subscribers/",
        PublicViewSet.as_view({"post": "subscribe"}),
        name="public",
    ),
    path(
        "public/<slug:slug>/questions/",
        AudienceViewSet.as_view({"get": "questions", "post": "ask"}),
        name="audience",
    ),
    path(
        "public/<slug:slug>/questions/<uuid:pk>/votes/",
        AudienceViewSet.as_view({"post": "join"}),
        name="audience",
    ),
    path(
        "public/<slug:slug>/forms/",
        AudienceViewSet.as_view({"post": "form"}),
        name="audience",
    ),
    path(
        "public/<slug:slug>/polls/",
        PublicPollViewSet.as_view({"get": "polls"}),
        name="public-poll",
    ),
    path(
        "public/<slug:slug>/polls/<uuid:pk>/ballots/",
        PublicPollViewSet.as_view({"post": "vote"}),
        name="public-poll",
    ),
    path(
        "public/<slug:slug>/live-sessions/",
        PublicLiveSessionViewSet.as_view({"get": "sessions"}),
        name="public-live-session",
    ),
    path(
        "public/<slug:slug>/live-sessions/<uuid:pk>/",
        PublicLiveSessionViewSet.as_view({"get": "queue"}),
        name="public-live-session",
    ),
    *router.urls,
]
