"""The metrics a goal can aim at: unit and direction of each."""

from dataclasses import dataclass
from typing import Literal

from incidents.rules.goals import Better

Unit = Literal["mentions", "share", "engagements", "mentions_per_hour"]


@dataclass(frozen=True)
class Metric:
    """What a number means."""

    label: str
    unit: Unit
    better: Better


# All are measured over the last 24 hours of the incident, or since it started when that is less.
METRICS: dict[str, Metric] = {
    "mentions.count": Metric("mentions", "mentions", "lower"),
    "mentions.per_hour": Metric("mentions per hour", "mentions_per_hour", "lower"),
    "mentions.negative_share": Metric("share of negative mentions", "share", "lower"),
    "mentions.positive_share": Metric("share of positive mentions", "share", "higher"),
    "mentions.engagement": Metric("likes, comments and shares", "engagements", "lower"),
}
