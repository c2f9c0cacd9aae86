"""Routes of this floor."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from monitoring.api.accuracy import AccuracyViewSet
from monitoring.api.alert_charts import AlertCourseViewSet
from monitoring.api.alert_rules import AlertRuleViewSet
from monitoring.api.alerts import AlertViewSet
from monitoring.api.authors import AuthorViewSet
from monitoring.api.backtests import BacktestViewSet
from monitoring.api.charts import ChartViewSet
from monitoring.api.claims import ClaimViewSet
from monitoring.api.comparisons import ComparisonViewSet
from monitoring.api.corrections import CorrectionViewSet, MentionJudgementViewSet
from monitoring.api.deliveries import DeliveryViewSet
from monitoring.api.erasures import ErasureViewSet
from monitoring.api.incident_reports import IncidentReportViewSet
from monitoring.api.influences import IncidentAuthorViewSet
from monitoring.api.mentions import MentionViewSet
from monitoring.api.metrics import BrandMetricsViewSet, IncidentMetricsViewSet
from monitoring.api.narrative_parts import NarrativeClaimViewSet, NarrativePartsViewSet
from monitoring.api.narratives import NarrativeViewSet
from monitoring.api.pull_through import PullThroughViewSet
from monitoring.api.queries import QueryViewSet
from monitoring.api.recovery import RecoveryViewSet
from monitoring.api.report_schedules import ReportScheduleViewSet
from monitoring.api.reports import ReportViewSet
from monitoring.api.rereadings import BackfillViewSet, RereadingViewSet
from monitoring.api.response_effects import ResponseEffectViewSet
from monitoring.api.samples import SampleViewSet
from monitoring.api.second_looks import SecondLookViewSet
from monitoring.api.source_kinds import SourceKindViewSet
from monitoring.api.sources import SourceViewSet
from monitoring.api.unanswered_questions import (
    IncidentQuestionsViewSet,
    UnansweredQuestionViewSet,
)

router = SimpleRouter(use_regex_path=False)
router.register("alerts", AlertViewSet, basename="alert")
router.register("alert-rules", AlertRuleViewSet, basename="alert-rule")
router.register("authors", AuthorViewSet, basename="author")
router.register("claims", ClaimViewSet, basename="claim")
router.register("corrections", CorrectionViewSet, basename="correction")
router.register("deliveries", DeliveryViewSet, basename="delivery")
router.register("erasures", ErasureViewSet, basename="erasure")
router.register("mentions", MentionViewSet, basename="mention")
router.register("mention-samples", SampleViewSet, basename="mention-sample")
router.register("narratives", NarrativeViewSet, basename="narrative")
router.register("queries", QueryViewSet, basename="query")
router.register("reports", ReportViewSet, basename="report")
router.register("report-schedules", ReportScheduleViewSet, basename="report-schedule")
router.register("rereadings", RereadingViewSet, basename="rereading")
router.register("response-effects", ResponseEffectViewSet, basename="response-effect")
router.register("sources", SourceViewSet, basename="source")

urlpatterns = [
    path(
        "alert-rules/backtest/",
        BacktestViewSet.as_view({"post": "unsaved"}),
        name="alert-rule-trial",
    ),
    path(
        "alert-rules/<uuid:pk>/backtest/",
        BacktestViewSet.as_view({"post": "saved"}),
        name="alert-rule-backtest",
    ),
    path(
        "alerts/<uuid:pk>/chart.svg", AlertCourseViewSet.as_view({"get": "svg"}), name="alert-chart"
    ),
    path(
        "alerts/<uuid:pk>/chart.png",
        AlertCourseViewSet.as_view({"get": "png"}),
        name="alert-chart-picture",
    ),
    path(
        "alerts/<uuid:pk>/series/",
        AlertCourseViewSet.as_view({"get": "series"}),
        name="alert-series",
    ),
    path(
        "analysis-accuracy/",
        AccuracyViewSet.as_view({"get": "accuracy"}),
        name="analysis-accuracy",
    ),
    path("second-looks/", SecondLookViewSet.as_view({"get": "compared"}), name="second-look"),
    path(
        "incidents/<uuid:pk>/charts/<slug:name>.svg",
        ChartViewSet.as_view({"get": "svg"}),
        name="incident-chart",
    ),
    path(
        "incidents/<uuid:pk>/charts/<slug:name>.png",
        ChartViewSet.as_view({"get": "png"}),
        name="incident-chart-picture",
    ),
    path(
        "incidents/<uuid:pk>/authors/",
        IncidentAuthorViewSet.as_view({"get": "ranked"}),
        name="incident-author",
    ),
    path(
        "incidents/<uuid:pk>/metrics/",
        IncidentMetricsViewSet.as_view({"get": "metrics"}),
        name="incident-metrics",
    ),
    path(
        "incidents/<uuid:pk>/pull-through/",
        PullThroughViewSet.as_view({"get": "pull_through"}),
        name="incident-pull-through",
    ),
    path(
        "incidents/<uuid:pk>/recovery/",
        RecoveryViewSet.as_view({"get": "recovery"}),
        name="incident-recovery",
    ),
    path(
        "incidents/<uuid:pk>/report/",
        IncidentReportViewSet.as_view({"get": "report"}),
        name="incident-report",
    ),
    path(
        "incidents/<uuid:pk>/unanswered-questions/",
        IncidentQuestionsViewSet.as_view({"get": "unanswered"}),
        name="incident-questions",
    ),
    path(
        "mentions/<uuid:pk>/confirm/",
        MentionJudgementViewSet.as_view({"post": "confirm"}),
        name="mention-confirmation",
    ),
    path(
        "mentions/<uuid:pk>/correct/",
        MentionJudgementViewSet.as_view({"post": "correct"}),
        name="mention-correction",
    ),
    path(
        "mentions/<uuid:pk>/undo-correction/",
        MentionJudgementViewSet.as_view({"post": "undo"}),
        name="mention-undoing",
    ),
    path("metrics/", BrandMetricsViewSet.as_view({"get": "metrics"}), name="metrics"),
    path(
        "metrics/compare/",
        ComparisonViewSet.as_view({"get": "compare"}),
        name="metrics-comparison",
    ),
    path(
        "metrics/share-of-voice/",
        ComparisonViewSet.as_view({"get": "share_of_voice"}),
        name="share-of-voice",
    ),
    path(
        "narratives/<uuid:pk>/claim/",
        NarrativeClaimViewSet.as_view({"post": "claim"}),
        name="narrative-claim",
    ),
    path(
        "narratives/<uuid:pk>/series/",
        NarrativePartsViewSet.as_view({"get": "series"}),
        name="narrative-series",
    ),
    path(
        "narratives/<uuid:pk>/texts/",
        NarrativePartsViewSet.as_view({"get": "texts"}),
        name="narrative-texts",
    ),
    path(
        "queries/<uuid:pk>/backfill/",
        BackfillViewSet.as_view({"post": "backfill"}),
        name="query-backfill",
    ),
    path("source-kinds/", SourceKindViewSet.as_view({"get": "kinds"}), name="source-kind"),
    *(
        path(
            f"unanswered-questions/<uuid:pk>/{action}/",
            UnansweredQuestionViewSet.as_view({"post": action}),
            name=f"unanswered-question-{action}",
        )
        for action in ("adopt", "dismiss", "reopen")
    ),
    *router.urls,
]
