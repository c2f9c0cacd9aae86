"""Which key messages a text repeats, and whether it says that they are not so."""

import tomllib
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.echoes import Echoes
from monitoring.rules.meaning import said_in
from tests.work import growth, steps

PAIRS = Path(__file__).parent / "pull_through"
KETTLE = "Stop using the Rimon K2 kettle and unplug it now. Every owner gets a full refund."
# What people say besides, in words that stand in no message.
SPOKEN = "my sister bought a lamp in the market and the kettle was never hers, she says. " * 12
BOTH = Echoes({"kettle": [KETTLE, "הפסיקו להשתמש בקומקום רימון K2 ונתקו אותו מהחשמל."]})


def _way(text: str) -> str | None:
    found = BOTH.found_in(text)
    return found["kettle"].way if found else None


@pytest.mark.parametrize(
    ("text", "way"),
    [
        (KETTLE, "bare"),
        ("RT @rimon: Every owner gets a full refund. https://rimon.example/k2", "bare"),
        ("Every owner gets a full refund", "bare"),
        ("They say every kettle owner gets a full refund, I hope they mean it this time", "said"),
        ("Not every owner gets a full refund", "denied"),
        ("Every owner gets a full refund? That is a lie", "denied"),
        ("It is not true that every owner gets a full refund", "denied"),
        ("מי שיש לו קומקום רימון K2, להפסיק להשתמש ולנתק אותו מהחשמל", "bare"),
        ("הַפְסִיקוּ להשתמש בקומקום רימון K2 ונתקו אותו מהחשמל", "bare"),
        ("I own a Rimon K2 kettle", None),
        ("A full tank, please, and a refund", None),
        ("", None),
        ("🔥🔥🔥", None),
    ],
)
def test_a_message_is_found_where_most_of_its_words_stand_together(
    text: str, way: str | None
) -> None:
    assert _way(text) == way


def test_words_that_stand_all_over_an_article_repeat_nothing() -> None:
    apart = " ".join(f"{word} {'and so on ' * 12}" for word in KETTLE.split())

    assert BOTH.found_in(apart) == {}


def test_a_message_that_says_no_is_denied_where_the_no_is_missing() -> None:
    echoes = Echoes({"data": ["No customer passwords or card numbers were taken."]})

    assert echoes.found_in("No passwords or card numbers were taken")["data"].way == "bare"
    assert echoes.found_in("Customer passwords, card numbers were taken!")["data"].way == "denied"


def test_the_score_is_the_share_of_the_words() -> None:
    echoes = Echoes({1: ["alpha bravo carrots delta eagle"]})

    assert echoes.found_in("alpha bravo carrots delta")[1].score == 0.8
    assert echoes.found_in("alpha bravo") == {}


def test_a_part_of_a_message_that_is_denied_goes_before_a_part_that_is_said() -> None:
    text = "Stop using the Rimon K2 kettle and unplug it. Not every owner gets a full refund!"

    assert _way(text) == "denied"


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert all(0 < echo.score <= 1 for echo in BOTH.found_in(text).values())


@given(st.permutations(KETTLE.split()), st.integers(0, 15))
def test_the_index_misses_nothing_that_a_look_at_every_message_finds(
    words: list[str], count: int
) -> None:
    others = {
        f"other {number}": [f"the kettle {word} refund owner"]
        for number, word in enumerate(KETTLE.split())
    }
    text = " ".join(words[:count])

    together = Echoes({"kettle": [KETTLE], **others}).found_in(text)

    alone = {
        key: one
        for key, texts in {"kettle": [KETTLE], **others}.items()
        for one in Echoes({key: texts}).found_in(text).values()
    }
    assert together == alone


def test_a_long_text_is_read_to_its_limit() -> None:
    assert BOTH.found_in("word " * 20_000 + KETTLE) == {}
    assert said_in("kettle " * 100_000).words < 3_000


@pytest.mark.parametrize(
    ("part", "language", "precise", "found", "denials"),
    [
        ("tuning", "en", 0.95, 0.90, 1.0),
        ("tuning", "he", 0.95, 0.90, 1.0),
        ("closed", "en", 0.95, 0.85, 0.65),
        ("closed", "he", 0.95, 0.80, 0.50),
    ],
)
def test_pairs_of_messages_and_what_people_say_are_told_apart(
    part: str, language: str, precise: float, found: float, denials: float
) -> None:
    counted = _measured(part, language)

    assert counted["right"] >= precise * (counted["right"] + counted["wrong"])
    assert counted["right"] >= found * (counted["right"] + counted["missed"])
    assert counted["denied"] >= denials * (counted["denied"] + counted["taken for said"])


def _measured(part: str, language: str) -> Counter[str]:
    messages: list[dict[str, Any]] = tomllib.loads((PAIRS / f"{part}.toml").read_text())["message"]
    echoes = Echoes({number: [one["en"], one["he"]] for number, one in enumerate(messages)})
    counted = Counter[str]()
    for number, message in enumerate(messages):
        for label in ("carries", "denies", "apart"):
            for text in message[label]:
                if _language(text) == language:
                    counted.update(_judged(label, number, echoes.found_in(text)))
    return counted


def _judged(label: str, number: int, found: dict[int, Any]) -> Counter[str]:
    echo = found.pop(number, None)
    judged = Counter({"wrong": len(found)})
    if label == "apart":
        judged["wrong"] += echo is not None
    else:
        judged["right" if echo else "missed"] += 1
    if label == "denies" and echo:
        judged["denied" if echo.way == "denied" else "taken for said"] += 1
    return judged


def _language(text: str) -> str:
    return "he" if any("א" <= letter <= "ת" for letter in text) else "en"


def _near_identical(count: int) -> Echoes[int]:
    return Echoes({number: [f"{KETTLE} Series {number} first."] for number in range(count)})


def test_ten_times_as_many_messages_that_say_nearly_the_same_cost_hardly_more_in_a_long_text() -> (
    None
):
    long = " ".join([SPOKEN, f"{KETTLE} Series 3 first.", SPOKEN])
    few, many = _near_identical(8), _near_identical(80)

    costs = [steps(partial(messages.found_in, long)) for messages in (few, many)]

    assert len(many.found_in(long)) == 80
    assert costs[1] < 6 * costs[0]


def test_a_text_that_is_four_times_as_long_costs_little_more_than_four_times_as_much() -> None:
    messages = _near_identical(20)

    assert growth(messages.found_in, f"{SPOKEN} {KETTLE} " * 8) < 5


def test_messages_that_share_a_sentence_are_each_found_by_it() -> None:
    messages = Echoes({"one": [KETTLE], "other": ["Every owner gets a full refund. Come by."]})

    found = messages.found_in("They promise that every owner gets a full refund this week")

    assert set(found) == {"one", "other"}
