import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.analysis import analyse
from monitoring.rules.counts import EMOTION_COUNTS_FROM, EMOTIONS, INTENTS


def feelings(text: str, language: str = "") -> set[str]:
    """The emotions of a text that would be counted."""
    strengths = analyse(text, language).emotions
    return {name for name, strength in strengths.items() if strength >= EMOTION_COUNTS_FROM}


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("I am furious with this company", "anger"),
        ("אני רותחת מכעס על החברה הזאת", "anger"),
        ("We are scared to use it now", "fear"),
        ("מפחדים להשתמש בו עכשיו", "fear"),
        ("It is heartbreaking to read this", "sadness"),
        ("עצוב לקרוא את זה", "sadness"),
        ("So happy with the new kettle", "joy"),
        ("איזה כיף, שמחתי מאוד", "joy"),
        ("We hope it will get better soon", "hope"),
        ("מקווה שיהיה בסדר", "hope"),
        ("Our condolences to the family", "sympathy"),
        ("משתתפים בצער המשפחה", "sympathy"),
        ("😡", "anger"),
    ],
)
def test_a_feeling_is_found_in_plain_words(text: str, emotion: str) -> None:
    assert emotion in feelings(text)


@pytest.mark.parametrize("text", ["I am not angry at all", "אני לא כועסת"])
def test_a_denied_feeling_is_none(text: str) -> None:
    assert "anger" not in feelings(text)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("How can I get a new lid?", "asks"),
        ("איפה אפשר לקבל מכסה חדש?", "asks"),
        ("The handle broke and nobody answers", "complains"),
        ("הידית נשברה ואף אחד לא עונה", "complains"),
        ("I am switching to another brand", "leaves"),
        ("עוברת לחברה אחרת", "leaves"),
        ("Thank you, great service", "praises"),
        ("תודה רבה, שירות מעולה", "praises"),
        ("My son was burned and is in hospital", "harm"),
        ("הבן שלי נכווה ואושפז", "harm"),
    ],
)
def test_what_a_text_does_is_found_in_plain_words(text: str, intent: str) -> None:
    assert intent in analyse(text).intents


@pytest.mark.parametrize("text", ["Nobody was injured", "איש לא נפצע", "", "😀", "12:30"])
def test_a_text_without_harm_reports_none(text: str) -> None:
    assert "harm" not in analyse(text).intents


@settings(deadline=None)  # the first call loads the model
@given(st.text(st.characters(), max_size=300), st.sampled_from(["", "he", "en", "fr"]))
def test_any_string_has_known_signs_of_known_strength(text: str, declared: str) -> None:
    analysis = analyse(text, declared)

    assert set(analysis.emotions) <= set(EMOTIONS)
    assert all(0 < strength <= 1 for strength in analysis.emotions.values())
    assert analysis.intents <= set(INTENTS)
