"""A stance is told where the numbers allow it."""

import pytest

from monitoring.rules.stance import stance_of


@pytest.mark.parametrize(
    ("positive", "neutral", "negative", "stance"),
    [
        (0, 0, 0, "unknown"),
        (0, 0, 4, "unknown"),
        (0, 0, 5, "critical"),
        (1, 2, 9, "critical"),
        (9, 2, 1, "supportive"),
        (3, 2, 4, "unknown"),
        (1, 9, 2, "neutral"),
        (0, 5, 5, "neutral"),
    ],
)
def test_a_stance_is_told_beyond_chance(
    positive: int, neutral: int, negative: int, stance: str
) -> None:
    assert stance_of(positive=positive, neutral=neutral, negative=negative) == stance
