"""Cells that no spreadsheet takes for formulas."""

from datetime import UTC, datetime

import pytest

from monitoring.rules.reports.cells import safe_text, written


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\x00=1"])
def test_what_would_calculate_gets_an_apostrophe(said: str) -> None:
    assert safe_text(said).startswith("'")


@pytest.mark.parametrize("said", ["K2-114", "קומקום", "1=1", "", "a@b"])
def test_other_text_stays_as_it_is(said: str) -> None:
    assert safe_text(said) == said


def test_numbers_below_nothing_are_no_text() -> None:
    assert written(-3) == "-3"


def test_moments_say_their_offset() -> None:
    assert written(datetime(2026, 6, 9, 5, tzinfo=UTC)) == "2026-06-09T05:00:00+00:00"
