"""Expressions are read as Lucene's are, and refused with places and everything that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.queries import (
    Compiled,
    Document,
    ExpressionError,
    Problem,
    Reading,
    compile_query,
)
from monitoring.rules.queries.limits import DEPTH, LENGTH, NEAR, PHRASE, TERMS, WILDCARDS
from monitoring.rules.queries.problems import ERRORS, WARNINGS
from monitoring.rules.queries.writing import normalised
from tests.monitoring.rules.queries.worlds import Asked, Said, asked_for, mentions


def problems(expression: str) -> list[tuple[str, int, int]]:
    with pytest.raises(ExpressionError) as refusal:
        compile_query(expression)
    return [(one.code, one.start, one.end) for one in refusal.value.problems]


def warnings(expression: str) -> set[str]:
    return {one.code for one in compile_query(expression).warnings}


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("one two OR three", "(one AND two) OR three"),
        ("one OR two three", "one OR (two AND three)"),
        ("one OR two -three", "one OR (two AND NOT three)"),
        ("+one two", "one AND two"),
        ("one AND NOT two", "one AND NOT two"),
        ("one NOT two", "one AND NOT two"),
        ("one && two || !three", "(one AND two) OR NOT three"),
        ("NOT NOT one", "one"),
        ("-(one two)", "NOT (one AND two)"),
        ("((one))", "one"),
        ('one"two three"four', 'one AND "two three" AND four'),
        ("lang:(he OR en) one", "(lang:he OR lang:en) AND one"),
        ("LANGUAGE:iw one", "lang:he AND one"),
        ("exact:(one two)", "exact:one AND exact:two"),
        ("author:@rimon_home", "author:@rimon_home"),
        ("from:dana OR author:noa", "author:dana OR author:noa"),
        ("followers:>10k", "followers:[10001 TO *]"),
        ("followers:(>=1,000 AND <2M)", "followers:[1000 TO *] AND followers:[* TO 1999999]"),
        ("followers:{10 TO 20]", "followers:[11 TO 20]"),
        ('צה"ל "דו"ח חדש"', 'צה"ל AND "דו"ח חדש"'),
        ("“late refund”~3", "“late refund”~3"),
        ("one\u200f \u202atwo\u202c", "one AND two"),
        ("http://rimon.co.il/k2 10:30", "http://rimon.co.il/k2 AND 10:30"),
        (r"two\*", r"two\*"),
    ],
)
def test_an_expression_is_written_out_as_it_is_meant(expression: str, meant: str) -> None:
    assert normalised(compile_query(expression).tree, expression) == meant


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("", [("empty", 0, 0)]),
        (" \u200f ", [("empty", 0, 3)]),
        ("one AND", [("operand_missing", 4, 7)]),
        ("OR one", [("operand_missing", 0, 2)]),
        ("one AND OR two", [("operand_missing", 8, 10)]),
        ("one NOT", [("operand_missing", 4, 7)]),
        ("(one", [("unclosed_parenthesis", 0, 1)]),
        ("one)", [("unopened_parenthesis", 3, 4)]),
        ("one ()", [("empty_parentheses", 4, 6)]),
        ('one "two', [("unclosed_quote", 4, 5)]),
        ("one [two", [("unclosed_bracket", 4, 5)]),
        ("one ...", [("nothing_to_find", 4, 7)]),
        ("/on.*/", [("no_regex", 0, 6)]),
        ("one~2", [("no_fuzzy", 3, 5)]),
        ("one^2 two", [("no_boost", 3, 5)]),
        ('"one two"~', [("bad_distance", 9, 10)]),
        ('"one two"~99', [("distance_too_large", 9, 12)]),
        ('"one"~2', [("distance_of_one_word", 5, 7)]),
        ("*one", [("early_wildcard", 0, 4)]),
        ("o*e", [("early_wildcard", 0, 3)]),
        ("colour:red", [("unknown_field", 0, 7)]),
        ("one lang:", [("value_missing", 4, 9)]),
        ("lang:(he author:dana)", [("nested_field", 9, 16)]),
        ("sentiment:bad", [("bad_value", 10, 13)]),
        ("followers:many", [("bad_range", 10, 14)]),
        ("followers:[9 TO 2]", [("bad_range", 10, 18)]),
        ("one > two", [("only_of_followers", 4, 5)]),
        ("lang:xx *y", [("bad_value", 5, 7), ("early_wildcard", 8, 10)]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    expression: str, found: list[tuple[str, int, int]]
) -> None:
    assert problems(expression) == found


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("x" * (LENGTH + 1), "too_long"),
        ("a1 " * (TERMS + 1), "too_many_terms"),
        ("ab* " * (WILDCARDS + 1), "too_many_wildcards"),
        ("(" * (DEPTH + 1) + "a1" + ")" * (DEPTH + 1), "too_deep"),
        ('"' + "a1 " * (PHRASE + 1) + '"', "phrase_too_long"),
        ('"' + "a1 " * (NEAR + 1) + '"~3', "phrase_too_long"),
    ],
)
def test_no_expression_is_larger_than_can_be_matched(expression: str, code: str) -> None:
    assert [found for found, _start, _end in problems(expression)] == [code]


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("kettle or lid", "operator_as_word"),
        ("קומקום או מכסה", "operator_as_word"),
        ("kettle lid OR pot", "mixed_operators"),
        ("-kettle", "only_negative"),
        ("kettle OR -lid", "negative_in_or"),
        ("lang:he", "only_fields"),
        ("ab", "short_word"),
        ("הקומקום", "written_with_prefix"),
    ],
)
def test_what_is_seldom_meant_is_said(expression: str, code: str) -> None:
    assert code in warnings(expression)


@pytest.mark.parametrize(
    "expression", ["kettle", '(kettle OR קומקום) AND NOT "for sale"', "הודעה", "lang:he kettle"]
)
def test_what_is_plain_is_not_doubted(expression: str) -> None:
    assert warnings(expression) == set()


@given(asked_for, mentions)
def test_what_is_written_out_finds_the_same(asked: Asked, said: Said) -> None:
    query = compile_query(asked.said)
    again = compile_query(normalised(query.tree, asked.said))

    reading = Reading(said.document)
    assert again.matches(reading) == query.matches(reading)
    assert normalised(again.tree, again.expression) == again.expression


_PIECES = [
    *["(", ")", '"', "AND", "OR", "NOT", "-", "+", "!", "~", "~3", "^", "[", "]", "{", "TO", ":"],
    *[
        "lang:",
        "author:",
        "followers:",
        ">",
        "*",
        "?",
        "\\",
        "/",
        "kettle",
        "בנק",
        "״",
        "\u200f",
        " ",
    ],
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(_PIECES), max_size=20).map("".join))
def test_any_string_is_read_or_refused_with_places_in_it(expression: str) -> None:
    query, found = _read(expression)

    assert {one.code for one in found} <= {*ERRORS, *WARNINGS}
    assert all(0 <= one.start <= one.end <= len(expression) for one in found)
    if query is not None:
        query.matches(Reading(Document(expression)))


def _read(expression: str) -> tuple[Compiled | None, tuple[Problem, ...]]:
    try:
        query = compile_query(expression)
    except ExpressionError as refusal:
        return None, refusal.problems
    return query, query.warnings
