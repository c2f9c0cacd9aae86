"""The metrics a goal can aim at: unit, direction and bounds of each, and who measures it."""

from dataclasses import dataclass
from typing import Literal

from incidents.rules.goals import Better

Unit = Literal[
    "mentions",
    "share",
    "engagements",
    "mentions_per_hour",
    "ratio",
    "hours",
    "count",
    "points",
]


@dataclass(frozen=True)
class Metric:
    """What a number means, and between which numbers it lies; `most` is None without an end."""

    unit: Unit
    better: Better
    is_manual: bool = False
    least: float = 0.0
    most: float | None = None


def _counted(unit: Unit) -> Metric:
    return Metric(unit, "lower", is_manual=unit == "count")


# Those of mentions are measured over the last 24 hours of the incident, or since it started when
# that is less. Those against the baseline: how much more talk of the last six hours there is than
# was usual before the incident (0.5: half more), and the hours from the start of the incident until
# the talk is usual for good, which are known only then. Manual ones are what people read elsewhere
# and write down: counts since the incident started, a share of refunds asked for, points of a
# survey from 0 to 100.
METRICS: dict[str, Metric] = {
    "mentions.count": _counted("mentions"),
    "mentions.per_hour": _counted("mentions_per_hour"),
    "mentions.negative_share": Metric("share", "lower", most=1.0),
    "mentions.positive_share": Metric("share", "higher", most=1.0),
    "mentions.engagement": _counted("engagements"),
    "mentions.distance_to_baseline": _counted("ratio"),
    "mentions.hours_to_recovery": _counted("hours"),
    "manual.complaints": _counted("count"),
    "manual.calls": _counted("count"),
    "manual.press_articles": _counted("count"),
    "manual.customers_lost": _counted("count"),
    "manual.refunds_done": Metric("share", "higher", is_manual=True, most=1.0),
    "manual.satisfaction": Metric("points", "higher", is_manual=True, most=100.0),
    "manual.trust": Metric("points", "higher", is_manual=True, most=100.0),
}


def is_within(metric: Metric, value: float) -> bool:
    """Say whether a value can be one of the metric; infinite and undefined ones cannot."""
    most = float("inf") if metric.most is None else metric.most
    return metric.least <= value <= most and value != float("inf")
