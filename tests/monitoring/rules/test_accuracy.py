"""How often an analyser is right."""

import pytest

from monitoring.rules.accuracy import Tally, accuracy_of


def _tally(*rows: tuple[str, str, int]) -> Tally:
    tally = Tally()
    for said, found, count in rows:
        tally.add(said, found, count=count, is_language_right=found != "unknown")
    return tally


def test_an_analyser_that_cannot_tell_is_wrong() -> None:
    figures = accuracy_of(_tally(("negative", "negative", 6), ("negative", "unknown", 2)))

    assert figures.negative_recall is not None
    assert figures.negative_recall.value == figures.accuracy.value == 0.75  # type: ignore[union-attr]
    assert figures.negative_precision.value == 1  # type: ignore[union-attr]


def test_what_people_cannot_tell_is_left_out_and_told() -> None:
    figures = accuracy_of(_tally(("positive", "positive", 3), ("unknown", "negative", 5)))

    assert (figures.judged, figures.undecided) == (8, 5)
    assert figures.accuracy.value == 1  # type: ignore[union-attr]
    assert figures.negative_precision is None


def test_the_mean_is_over_what_people_found() -> None:
    figures = accuracy_of(
        _tally(
            ("negative", "negative", 8),
            ("negative", "neutral", 2),
            ("positive", "positive", 5),
            ("positive", "negative", 5),
        )
    )

    negative, positive = 2 * 8 / (10 + 13), 2 * 5 / (10 + 5)
    assert figures.macro_f1 == pytest.approx((negative + positive) / 2)


def test_of_nothing_nothing_is_told() -> None:
    figures = accuracy_of(Tally())

    assert (figures.judged, figures.accuracy, figures.macro_f1) == (0, None, None)
    assert figures.language_accuracy is None


def test_few_judgements_leave_a_wide_interval() -> None:
    figures = accuracy_of(_tally(("negative", "negative", 4), ("neutral", "negative", 1)))

    assert figures.accuracy.low < 0.4  # type: ignore[union-attr]
    assert figures.accuracy.high > 0.95  # type: ignore[union-attr]
