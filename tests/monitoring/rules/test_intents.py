"""What texts do, on a set that was written before any list was tried on it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.rules.analysis import analyse
from monitoring.rules.counts import INTENTS

WRITTEN = Path(__file__).with_name("intents.toml")
FOUND_AT_LEAST, RIGHT_AT_LEAST = 0.5, 0.8  # docs/analysis.md has the figures
LEAVING_AT_LEAST = 0.8


def written(part: str) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Each text, what it does, and what the analyser says it does."""
    for does, text in tomllib.loads(WRITTEN.read_text(encoding="utf-8"))[part]["texts"]:
        yield text, frozenset(does.split()), analyse(text).intents


def test_what_is_found_of_the_closed_set_is_mostly_right_and_half_is_found() -> None:
    told = list(written("closed"))

    right = sum(len(does & found) for _text, does, found in told)

    assert right >= RIGHT_AT_LEAST * sum(len(found) for _text, _does, found in told)
    assert right >= FOUND_AT_LEAST * sum(len(does) for _text, does, _found in told)
    assert {name for _text, does, _found in told for name in does} == set(INTENTS)


def test_most_who_leave_are_found_and_hardly_anybody_who_stays() -> None:
    told = list(written("leaving"))

    found = ["leaves" in intents for _text, does, intents in told if "leaves" in does]
    wrong = [text for text, does, intents in told if "leaves" in intents - does]
    assert found.count(True) >= LEAVING_AT_LEAST * len(found)
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        *("The CEO did a live Q&A", "A question mark over the merger", "Question time was lively"),
        *("השאלה נשארה פתוחה", "עלתה שאלה בישיבת הדירקטוריון"),
    ],
)
def test_talk_about_questions_asks_nothing(text: str) -> None:
    assert "asks" not in analyse(text).intents


@pytest.mark.parametrize(
    "text",
    [
        *("Not bad for a first try", "The food was not bad", "honestly not bad at all"),
        *("Your new site isn't bad", "not too bad today", "לא רע בכלל", "המוצר החדש לא רע"),
        *("דווקא לא רע", "סרט לא רע"),
    ],
)
def test_what_is_not_bad_is_not_blame(text: str) -> None:
    assert analyse(text).sentiment != "negative"


@pytest.mark.parametrize(
    "text",
    [
        *("What time do you open?", "Where is your office?", "Do you deliver to Eilat?"),
        *("How much does the large one cost?", "Is the event free?", "מתי אתם פותחים?"),
        *("איפה הסניף הקרוב?", "כמה עולה הגדול?", "אתם שולחים לאילת?"),
    ],
)
def test_a_plain_question_is_not_blame(text: str) -> None:
    found = analyse(text)

    assert found.sentiment != "negative"
    assert "asks" in found.intents


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("הקומקום נשבר, Terrible, never again", "leaves"),
        ("קניתי אצלכם שנים ועכשיו never coming back", "leaves"),
        ("Thanks to the team, באמת כל הכבוד", "praises"),
    ],
)
def test_words_of_the_other_language_count_too(text: str, intent: str) -> None:
    assert intent in analyse(text).intents


@pytest.mark.parametrize(
    "text",
    [
        "זהו, סגרתי אצלכם את כרטיס המועדון והעברתי הכול למתחרים",
        "So happy with my new bank, closed my account with you today!",
    ],
)
def test_who_leaves_does_not_praise(text: str) -> None:
    found = analyse(text)

    assert "leaves" in found.intents
    assert found.sentiment != "positive"
