"""Hebrew words are found under their glued prefixes, however they are pointed or abbreviated."""

import pytest

from monitoring.rules.queries import Document, Reading, compile_query


def finds(expression: str, text: str) -> bool:
    return compile_query(expression).matches(Reading(Document(text)))


@pytest.mark.parametrize(
    "text",
    [
        "בנק",
        "הבנק",
        "בבנק",
        "לבנק",
        "מהבנק",
        "ושהבנק",
        "כשבבנק",
        "שלבנק",
        "הַבַּנְק",
        "#בנק_לאומי",
        "בנק־לאומי",
    ],
)
def test_a_word_is_found_under_its_prefixes_and_points(text: str) -> None:
    assert finds("בנק", text)
    assert finds("בנק*", text)


@pytest.mark.parametrize("text", ["בנקים", "חבנק", "גבבנק", "bank", "בנ ק"])
def test_other_words_are_not_found(text: str) -> None:
    assert not finds("בנק", text)


@pytest.mark.parametrize(
    ("sought", "text"),
    [("לב", "כלב"), ("לב", "הכלב"), ("לב", "ושלב"), ("בן", "לבן"), ("בת", "שבת"), ("רק", "מרק")],
)
def test_a_word_that_only_ends_in_it_is_not_found(sought: str, text: str) -> None:
    assert not finds(sought, text)


@pytest.mark.parametrize(("sought", "text"), [("כלב", "שהכלב"), ("שבת", "בשבת"), ("מרק", "במרק")])
def test_such_a_word_is_found_itself(sought: str, text: str) -> None:
    assert finds(sought, text)


def test_two_letters_are_found_behind_two_at_most() -> None:
    assert finds("גז", "הגז")
    assert finds("גז", "שהגז")
    assert not finds("גז", "כשבגז")


def test_exact_finds_no_prefix() -> None:
    assert finds("exact:בנק", "בנק")
    assert not finds("exact:בנק", "הבנק")
    assert not finds('exact:"בנק לאומי"', "הבנק לאומי")


def test_the_first_word_of_a_phrase_may_have_a_prefix_and_no_other() -> None:
    assert finds('"בנק לאומי"', "מבנק לאומי")
    assert not finds('"בנק לאומי"', "בנק הלאומי")


def test_every_word_of_words_near_each_other_may_have_a_prefix() -> None:
    assert finds('"בנק תלונה"~3', "יש לי תלונה גדולה על הבנק")
    assert not finds('"בנק תלונה"~1', "יש לי תלונה גדולה על הבנק")


@pytest.mark.parametrize("written", ['צה"ל', "צה״ל", "צה''ל", "צה”ל", "צהל", "צַהַ״ל"])
def test_gershayim_part_no_word(written: str) -> None:
    assert finds('צה"ל', f"דובר {written} הודיע")
    assert finds(f'"דובר {written}"', 'בדובר צה"ל')
    assert finds('צה"ל OR קומקום', written)


@pytest.mark.parametrize("written", ["ג'ירפה", "ג׳ירפה", "ג’ירפה"])
def test_a_geresh_is_written_in_many_ways(written: str) -> None:
    assert finds("ג'ירפה", f"ה{written}")


def test_final_letters_are_the_same_letters() -> None:
    assert finds("שלומ*", "לשלום")
    assert finds("נזק מים", "מים ונזק")


def test_foreign_names_are_found_behind_hebrew_letters() -> None:
    assert finds("iphone", "ה-iPhone שלי")
    assert finds("iphone", "הiPhone שלי")


def test_the_arabic_article_is_a_prefix() -> None:
    assert finds("بنك", "البنك")
    assert finds("بنك", "بالبنك")
    assert finds("مدرسة", "المدرسه")
