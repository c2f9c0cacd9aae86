"""Contrast after WCAG 2.2, and shades that can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.contrast import (
    DARK_GROUND,
    LIGHT_GROUND,
    READABLE,
    contrast,
    is_colour,
    readable_on,
)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        # As published with the WCAG technique G18 and by every checker of contrast.
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_the_ratio_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_a_colour_that_can_be_read_stays() -> None:
    assert readable_on("#1f4e79", LIGHT_GROUND) == "#1f4e79"


@given(st.integers(0, 0xFFFFFF), st.sampled_from([LIGHT_GROUND, DARK_GROUND]))
def test_every_colour_has_a_shade_that_can_be_read(number: int, ground: str) -> None:
    shade = readable_on(f"#{number:06x}", ground)

    assert contrast(shade, ground) >= READABLE


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345", "#12345g", "#1234567", "#ABCDEF"])
def test_what_is_no_colour_is_none(text: str) -> None:
    assert not is_colour(text)
