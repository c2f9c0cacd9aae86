"""Whole statements: what is found in them, and that honest ones are left in peace."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from messaging.rules.language.check import check
from messaging.rules.language.findings import Finding
from messaging.rules.language.packs import builtin_packs

CORPUS = Path(__file__).parent / "corpus"
# Promises are offered as commitments and difficulty is a matter of taste: neither makes a text bad.
HARMLESS = {"promise", "reading", "inviting"}
FRESH = ("later", "a", "b", "d", "e", "g")
# Nothing is wrong with any of these.
HONEST = "f"
# Written to slip through, and half of what is wrong with it still does; its honest texts pass.
OBLIQUE = "c"
LEAST_RECALL = LEAST_PRECISION = 0.85


def _texts(name: str) -> list[dict[str, Any]]:
    texts: list[dict[str, Any]] = tomllib.loads((CORPUS / f"{name}.toml").read_text("utf-8"))[
        "text"
    ]
    return texts


def _findings(language: str, text: dict[str, Any]) -> list[Finding]:
    packs = list(builtin_packs().values())
    return check(text["body"], language=language, purpose=text["purpose"], packs=packs)


def _found(language: str, text: dict[str, Any]) -> set[str]:
    """Return the categories of what is said, and of what is missing unless only hinted at."""
    findings = _findings(language, text)
    return {each.category for each in findings if each.end or each.severity != "hint"} - HARMLESS


def _hits(text: dict[str, Any], found: set[str]) -> tuple[int, int]:
    """Return how many labels of a text were found and how many it has; a slash joins either-or."""
    labels = [set(label.split("/")) for label in text["labels"] if label not in HARMLESS]
    return sum(not label.isdisjoint(found) for label in labels), len(labels)


def _all(language: str) -> list[dict[str, Any]]:
    names = (language, *(f"{language}_{part}" for part in (*FRESH, OBLIQUE, HONEST)))
    return [text for name in names for text in _texts(name)]


@pytest.mark.parametrize("language", ["en", "he"])
def test_honest_statements_come_out_without_error_or_warning(language: str) -> None:
    good = [text for text in _all(language) if not set(text["labels"]) - HARMLESS]

    flagged = {
        text["body"]: [each.rule for each in found]
        for text in good
        if "reading" not in text["labels"]
        and (found := [each for each in _findings(language, text) if each.severity != "hint"])
    }

    assert len(good) >= 25
    assert flagged == {}


@pytest.mark.parametrize("part", ["", *(f"_{part}" for part in FRESH)])
@pytest.mark.parametrize("language", ["en", "he"])
def test_what_is_wrong_with_a_statement_is_found(language: str, part: str) -> None:
    expected = found = 0
    for text in _texts(language + part):
        hits, labels = _hits(text, _found(language, text))
        found += hits
        expected += labels

    assert found / expected >= LEAST_RECALL


@pytest.mark.parametrize("language", ["en", "he"])
def test_most_of_what_is_found_was_looked_for(language: str) -> None:
    found = right = 0
    for text in _texts(language):
        categories = _found(language, text)
        found += len(categories)
        right += len(categories & set(text["labels"]))

    assert right / found >= LEAST_PRECISION


@pytest.mark.parametrize("language", ["en", "he"])
def test_promises_are_found_with_their_date(language: str) -> None:
    bodies = {
        "en": "We are sorry. We will refund every kettle by Thursday.",
        "he": "אנחנו מצטערים. נחזיר את הכסף על כל קומקום עד יום חמישי.",
    }
    when = {"en": "by Thursday", "he": "עד יום חמישי"}

    found = _findings(language, {"body": bodies[language], "purpose": "update"})

    promises = [each.data["when"] for each in found if each.rule == "promise.made"]
    assert promises == [when[language]]
