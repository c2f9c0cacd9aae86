"""What the public says: sources, deliveries, mentions, rollups."""

from monitoring.models.bucket import Bucket, BucketDelta, Width
from monitoring.models.delivery import Delivery, DeliveryStatus
from monitoring.models.mention import Mention, Sentiment
from monitoring.models.source import Source, SourceKind

__all__ = [
    "Bucket",
    "BucketDelta",
    "Delivery",
    "DeliveryStatus",
    "Mention",
    "Sentiment",
    "Source",
    "SourceKind",
    "Width",
]
