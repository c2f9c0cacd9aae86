"""Which language a reader gets."""

from messaging.rules.words import chosen, direction_of


def test_the_language_asked_for_comes_first_then_any_there_is() -> None:
    words = {"he": "שלום", "en": "Hello"}

    assert chosen(words, ["en"]) == ("Hello", "en")
    assert chosen({"he": "שלום"}, ["en"]) == ("שלום", "he")
    assert chosen({"he": "", "en": "Hello"}, ["he"]) == ("Hello", "en")
    assert chosen({}, ["he"]) == ("", "")


def test_hebrew_runs_from_right_to_left() -> None:
    assert (direction_of("he"), direction_of("en")) == ("rtl", "ltr")
