"""The metrics a goal can aim at."""

import pytest

from incidents.models.goal import METRIC_CHOICES
from incidents.rules.metrics import METRICS, is_within


def test_every_metric_has_a_name_people_read() -> None:
    assert [name for name, _label in METRIC_CHOICES] == list(METRICS)


def test_manual_metrics_are_called_so() -> None:
    assert {name for name, metric in METRICS.items() if metric.is_manual} == {
        name for name in METRICS if name.startswith("manual.")
    }


@pytest.mark.parametrize(
    ("name", "value", "is_one"),
    [
        ("mentions.count", 0.0, True),
        ("mentions.count", 1e12, True),
        ("mentions.count", -0.1, False),
        ("mentions.count", float("inf"), False),
        ("mentions.count", float("nan"), False),
        ("manual.refunds_done", 1.0, True),
        ("manual.refunds_done", 1.1, False),
        ("manual.trust", 100.0, True),
        ("manual.trust", 100.1, False),
    ],
)
def test_a_value_lies_within_the_bounds(name: str, value: float, is_one: bool) -> None:  # noqa: FBT001
    assert is_within(METRICS[name], value) is is_one
