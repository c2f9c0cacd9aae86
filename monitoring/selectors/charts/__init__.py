"""The charts of an incident: one registry, from their names to who draws them up."""

from collections.abc import Callable, Mapping

from monitoring.rules.charts import Chart
from monitoring.selectors.charts.effects import effect_chart
from monitoring.selectors.charts.parts import emotions_chart, platforms_chart, voices_chart
from monitoring.selectors.charts.talk import negative_chart, sentiment_chart, volume_chart
from monitoring.selectors.story import Story

__all__ = ["CHARTS"]

CHARTS: Mapping[str, Callable[[Story], Chart]] = {
    "volume": volume_chart,
    "negative-share": negative_chart,
    "sentiment": sentiment_chart,
    "emotions": emotions_chart,
    "platforms": platforms_chart,
    "share-of-voice": voices_chart,
    "effect": effect_chart,
}
