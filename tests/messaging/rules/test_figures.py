"""Numbers as people read them."""

import pytest

from messaging.rules.figures import figure


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1240, "count", "1,240"),
        (0, "count", "0"),
        (-0.001, "count", "0"),
        (86.5, "percent", "86.5%"),
        (100, "percent", "100%"),
        (250, "ils", "₪250"),
        (-3.456, "eur", "-€3.46"),
        (1_000_000.5, "usd", "$1,000,000.5"),
        (48, "hours", "48"),
    ],
)
def test_a_figure_has_its_sign_and_no_needless_zeros(value: float, unit: str, text: str) -> None:
    assert figure(value, unit) == text
