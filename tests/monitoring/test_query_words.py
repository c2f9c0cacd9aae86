"""Everything there is to say of an expression is said in sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.queries.problems import ERRORS, WARNINGS, Problem
from monitoring.selectors.query_words import QUOTED, remark_on, review_expression

VALUES = dict.fromkeys(
    [
        "limit",
        "letters",
        "operator",
        "field",
        "outer",
        "known",
        "value",
        "character",
        "said",
        "word",
    ],
    "x1",
)


@pytest.mark.parametrize("code", [*ERRORS, *WARNINGS])
def test_every_problem_has_a_sentence(code: str) -> None:
    assert remark_on(Problem(code, 0, 1, VALUES)).sentence.endswith(".")


@pytest.mark.parametrize(
    ("expression", "explained"),
    [
        ("kettle", "the word “kettle”"),
        ("crack*", "words like “crack*”"),
        ('"late refund"', "the phrase “late refund”"),
        (
            '"late refund"~5',
            "the words “late refund” in any order, at most 5 others in between",
        ),
        ("exact:kettle", "exactly “kettle”"),
        ("author:dana", "an author called “dana”"),
        ("followers:>=10k", "an author with 10000 followers or more"),
        ("followers:<100", "an author with 0 to 99 followers"),
        ("lang:he", "lang: he"),
        (
            "one1 (two2 OR -three3)",
            "the word “one1” and (the word “two2” or not the word “three3”)",
        ),
        ("100%s", "the phrase “100%s”"),
    ],
)
def test_an_expression_is_told_in_words(expression: str, explained: str) -> None:
    assert review_expression(expression).explained == f"Finds mentions with {explained}."


def test_a_long_mistake_is_quoted_in_part() -> None:
    (error,) = review_expression(f"lang:{'x' * 5_000}").errors

    assert len(error.sentence) < QUOTED + 200


@given(st.text(max_size=60))
def test_any_string_is_reviewed(expression: str) -> None:
    reviewed = review_expression(expression)

    assert reviewed.is_valid == bool(reviewed.explained) == (not reviewed.errors)
