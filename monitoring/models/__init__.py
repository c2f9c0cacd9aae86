"""What the public says: sources, deliveries, mentions, rollups."""

from monitoring.models.alert import Alert, AlertStatus, Touch, Unit, Verdict
from monitoring.models.alert_rule import AlertRule, Measure, Watched
from monitoring.models.asked import (
    AskedDecision,
    AskedDue,
    AskedMention,
    AskedQuestion,
    AskedState,
)
from monitoring.models.author import Author, AuthorDay, AuthorDelta
from monitoring.models.bucket import Bucket, BucketDelta, BucketTotal, Width
from monitoring.models.claim import Claim
from monitoring.models.correction import Correction
from monitoring.models.delivery import Delivery, DeliveryStatus
from monitoring.models.echo import Echo, EchoBucket, EchoDelta, EchoWay
from monitoring.models.erasure import Erasure, ErasureState, Privacy, SuppressedName
from monitoring.models.gone_post import GonePost
from monitoring.models.heard_hour import HeardHour
from monitoring.models.influence import Influence, Ranking
from monitoring.models.intake import CallBudget, Intake, SourceState, WantedPost
from monitoring.models.loud_day import LoudDay
from monitoring.models.mention import Mention, Sentiment
from monitoring.models.narrative import (
    CoordinationEvidence,
    CoordinationSign,
    Narrative,
    NarrativeState,
)
from monitoring.models.query import Query, QueryKind
from monitoring.models.query_match import QueryMatch
from monitoring.models.report import Report, ReportAudience, ReportFormat, ReportState
from monitoring.models.report_schedule import (
    Cadence,
    ReportMail,
    ReportMailStatus,
    ReportRecipient,
    ReportSchedule,
)
from monitoring.models.rereading import Rereading, RereadingKind, RereadingState
from monitoring.models.response_effect import EffectReason, EffectVerdict, ResponseEffect
from monitoring.models.sample import Sample, SampledMention
from monitoring.models.second_look import LookReason, SecondLook
from monitoring.models.sketch import Sketch, SketchDelta
from monitoring.models.source import Source
from monitoring.models.wording import NarrativeBucket, Placement, WordCount, Wording

__all__ = [
    "Alert",
    "AlertRule",
    "AlertStatus",
    "AskedDecision",
    "AskedDue",
    "AskedMention",
    "AskedQuestion",
    "AskedState",
    "Author",
    "AuthorDay",
    "AuthorDelta",
    "Bucket",
    "BucketDelta",
    "BucketTotal",
    "Cadence",
    "CallBudget",
    "Claim",
    "CoordinationEvidence",
    "CoordinationSign",
    "Correction",
    "Delivery",
    "DeliveryStatus",
    "Echo",
    "EchoBucket",
    "EchoDelta",
    "EchoWay",
    "EffectReason",
    "EffectVerdict",
    "Erasure",
    "ErasureState",
    "GonePost",
    "HeardHour",
    "Influence",
    "Intake",
    "LookReason",
    "LoudDay",
    "Measure",
    "Mention",
    "Narrative",
    "NarrativeBucket",
    "NarrativeState",
    "Placement",
    "Privacy",
    "Query",
    "QueryKind",
    "QueryMatch",
    "Ranking",
    "Report",
    "ReportAudience",
    "ReportFormat",
    "ReportMail",
    "ReportMailStatus",
    "ReportRecipient",
    "ReportSchedule",
    "ReportState",
    "Rereading",
    "RereadingKind",
    "RereadingState",
    "ResponseEffect",
    "Sample",
    "SampledMention",
    "SecondLook",
    "Sentiment",
    "Sketch",
    "SketchDelta",
    "Source",
    "SourceState",
    "SuppressedName",
    "Touch",
    "Unit",
    "Verdict",
    "WantedPost",
    "Watched",
    "Width",
    "WordCount",
    "Wording",
]
