"""Routes of this floor."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from messaging.api.blocks import BlockViewSet
from messaging.api.channels import ChannelViewSet
from messaging.api.hold_rules import HoldRuleViewSet
from messaging.api.holds import HoldViewSet
from messaging.api.language_checks import LanguageCheckViewSet
from messaging.api.language_packs import LanguagePackViewSet
from messaging.api.language_rules import LanguageRuleViewSet
from messaging.api.media_assets import MediaAssetViewSet, PublicMediaViewSet
from messaging.api.messages import MessageViewSet
from messaging.api.notification_targets import (
    NotificationTargetViewSet,
    TeamNotificationTargetViewSet,
)
from messaging.api.previews import PreviewViewSet
from messaging.api.publications import PublicationViewSet
from messaging.api.templates import TemplateViewSet
from messaging.api.variants import VariantViewSet

router = SimpleRouter(use_regex_path=False)
router.register("blocks", BlockViewSet, basename="block")
router.register("channels", ChannelViewSet, basename="channel")
router.register("hold-rules", HoldRuleViewSet, basename="hold-rule")
router.register("holds", HoldViewSet, basename="hold")
router.register("language-packs", LanguagePackViewSet, basename="language-pack")
router.register("media-assets", MediaAssetViewSet, basename="media-asset")
router.register("messages", MessageViewSet, basename="message")
router.register("notification-targets", NotificationTargetViewSet, basename="notification-target")
router.register(
    "team-notification-targets",
    TeamNotificationTargetViewSet,
    basename="team-notification-target",
)
router.register("publications", PublicationViewSet, basename="publication")
router.register("templates", TemplateViewSet, basename="template")
router.register("variants", VariantViewSet, basename="variant")

urlpatterns = [
    path(
        "language-checks/",
        LanguageCheckViewSet.as_view({"post": "create"}),
        name="language-check",
    ),
    path("language-rules/", LanguageRuleViewSet.as_view({"get": "rules"}), name="language-rule"),
    path("previews/", PreviewViewSet.as_view({"post": "create"}), name="preview"),
    path(
        "public-media/<uuid:token>/",
        PublicMediaViewSet.as_view({"get": "show"}),
        name="public-media",
    ),
    *router.urls,
]
