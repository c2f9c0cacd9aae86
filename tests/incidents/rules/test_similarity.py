"""Likeness of incidents: Hebrew and English words, and what was judged."""

from typing import Any

import pytest

from crisisapi.common.ids import uuid7
from incidents.rules.similarity import (
    WEIGHTS,
    Described,
    find_similar,
    prefix_free,
    stems_of,
    words_of,
)


def _incident(title: str, summary: str = "", **said: Any) -> Described:
    return Described(uuid7(), title, summary, **said)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("קוּמְקוּם שָׁבוּר", ["קומקום", "שבור"]),
        ("צה״ל ו-ז'קט", ["צה״ל", "ז'קט"]),
        ("בית־ספר", ["בית", "ספר"]),
        ("Kettles' companies; boxes, glasses", ["kettle", "company", "box", "glass"]),
        ("The status of THE bus", ["status", "bus"]),
        ("K2 cracked 3 times", ["k2", "cracked", "3", "time"]),
    ],
)
def test_words_are_bare_of_points_case_and_plural(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_up_to_three_glued_letters_come_off() -> None:
    assert prefix_free("ושבקומקום") == ["שבקומקום", "בקומקום", "קומקום"]
    assert prefix_free("kettle") == []
    assert prefix_free("בית") == []


def test_a_prefix_comes_off_where_the_bare_word_occurs() -> None:
    stems = stems_of(["והידית", "ידית"])

    assert stems == {"והידית": "ידית", "ידית": "ידית"}


def test_a_prefix_comes_off_where_another_prefix_occurs() -> None:
    stems = stems_of(["הקומקום", "בקומקום"])

    assert set(stems.values()) == {"קומקום"}


def test_a_letter_that_belongs_to_the_word_stays() -> None:
    stems = stems_of(["מכונית", "הלכה", "מלכה", "שבת"])

    assert all(word == stem for word, stem in stems.items())


def test_hebrew_words_meet_whatever_is_glued_to_them() -> None:
    one = _incident("הקומקומים נסדקים", "הידית של הקומקום נסדקת")
    same = _incident("סדק בקומקום", "לקוחות מתלוננים על הידית ועל הקומקום")
    other = _incident("דליפת סיסמאות מהאתר", "פרטי לקוחות נחשפו")

    found = find_similar(one, [other, same], least=0.0)

    assert [match.id for match in found] == [same.id, other.id]
    shared = {word for reason in found[0].reasons for word in reason.params["words"]}  # type: ignore[attr-defined]
    assert {"קומקום", "הידית"} <= shared


def test_nothing_in_common_is_not_similar() -> None:
    assert find_similar(_incident("Kettle cracks"), [_incident("דליפת מידע")]) == []


def test_the_same_again_is_as_similar_as_can_be() -> None:
    judged: dict[str, Any] = {
        "kind": "product_safety",
        "responsibility": "accidental",
        "legitimacy": "concern",
        "audiences": ["customers", "media"],
    }
    [match] = find_similar(_incident("Kettle", **judged), [_incident("Kettles", **judged)])

    assert match.score == pytest.approx(1.0)
    assert {reason.code for reason in match.reasons} == {
        "shared_words",
        "same_kind",
        "same_responsibility",
        "same_legitimacy",
        "shared_audiences",
    }


def test_the_score_is_the_weighted_sum_of_its_parts() -> None:
    one = _incident("Kettle handle cracks", kind="product_safety", audiences=["customers"])
    other = _incident("Kettle burns", kind="product_safety", audiences=["customers", "media"])

    [match] = find_similar(one, [other], least=0.0)

    assert match.parts["audiences"] == 0.5
    expected = sum(WEIGHTS[name] * part for name, part in match.parts.items())
    assert match.score == pytest.approx(expected, abs=1e-3)
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


def test_what_is_unknown_in_both_is_nothing_in_common() -> None:
    judged = {"kind": "other", "responsibility": "unknown", "legitimacy": "unknown"}

    [match] = find_similar(_incident("One", **judged), [_incident("Two", **judged)], least=0.0)

    assert match.score == 0.0


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    crowd = [_incident(f"Customers complain of thing{number}") for number in range(8)]
    one = _incident("Customers complain: kettle")
    rare, common = _incident("Kettle"), _incident("Customers")

    scores = {match.id: match.score for match in find_similar(one, [*crowd, rare, common], most=99)}

    assert scores[rare.id] > scores.get(common.id, 0.0)


def test_no_more_are_named_than_asked_for() -> None:
    others = [_incident("Kettle cracks") for _ in range(5)]

    assert len(find_similar(_incident("Kettle cracks"), others, most=3)) == 3


def test_incidents_without_a_word_are_compared_by_judgement() -> None:
    [match] = find_similar(
        _incident("!!!", kind="labour"), [_incident("???", kind="labour")], least=0.0
    )

    assert match.parts["text"] == 0.0
    assert match.score == WEIGHTS["kind"]
