"""What the public says: sources, deliveries, mentions, rollups."""

from monitoring.models.bucket import Bucket, BucketDelta, Width
from monitoring.models.delivery import Delivery, DeliveryStatus
from monitoring.models.heard_hour import HeardHour
from monitoring.models.intake import CallBudget, Intake, SourceState, WantedPost
from monitoring.models.mention import Mention, Sentiment
from monitoring.models.query import Query, QueryKind
from monitoring.models.query_match import QueryMatch
from monitoring.models.rereading import Rereading, RereadingKind, RereadingState
from monitoring.models.sketch import Sketch, SketchDelta
from monitoring.models.source import Source

__all__ = [
    "Bucket",
    "BucketDelta",
    "CallBudget",
    "Delivery",
    "DeliveryStatus",
    "HeardHour",
    "Intake",
    "Mention",
    "Query",
    "QueryKind",
    "QueryMatch",
    "Rereading",
    "RereadingKind",
    "RereadingState",
    "Sentiment",
    "Sketch",
    "SketchDelta",
    "Source",
    "SourceState",
    "WantedPost",
    "Width",
]
