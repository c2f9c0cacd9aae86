"""Routes of this floor."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from monitoring.api.deliveries import DeliveryViewSet
from monitoring.api.erasures import ErasureViewSet
from monitoring.api.mentions import MentionViewSet
from monitoring.api.metrics import BrandMetricsViewSet, IncidentMetricsViewSet
from monitoring.api.source_kinds import SourceKindViewSet
from monitoring.api.sources import SourceViewSet

router = SimpleRouter(use_regex_path=False)
router.register("deliveries", DeliveryViewSet, basename="delivery")
router.register("erasures", ErasureViewSet, basename="erasure")
router.register("mentions", MentionViewSet, basename="mention")
router.register("sources", SourceViewSet, basename="source")

urlpatterns = [
    path(
        "incidents/<uuid:pk>/metrics/",
        IncidentMetricsViewSet.as_view({"get": "metrics"}),
        name="incident-metrics",
    ),
    path("metrics/", BrandMetricsViewSet.as_view({"get": "metrics"}), name="metrics"),
    path("source-kinds/", SourceKindViewSet.as_view({"get": "kinds"}), name="source-kind"),
    *router.urls,
]
