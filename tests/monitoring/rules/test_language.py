import pytest

from monitoring.rules.language import detect_language, language_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("הקומקום נסדק לי ביד", "he"),
        ("The handle cracked while I was pouring tea", "en"),
        ("متى سأسترد المال؟ الإبريق مكسور", "ar"),
        ("Когда вернут деньги за чайник?", "ru"),
        ("Де мої гроші за цей чайник?", "uk"),
        ("Où est mon remboursement pour la bouilloire ?", "fr"),
        ("Πού είναι τα χρήματά μου", "el"),
        ("ด้ามจับแตก", "th"),
        ("取っ手が割れました", "ja"),
        ("把手裂开了", "zh"),
        ("손잡이가 깨졌어요", "ko"),
    ],
)
def test_a_sentence_tells_its_language(text: str, code: str) -> None:
    assert detect_language(text).code == code


@pytest.mark.parametrize(
    "text", ["", "   ", "12345 !!!", "🔥🔥", "@rimon #קומקום https://example.org/he"]
)
def test_a_text_without_words_is_undetermined(text: str) -> None:
    assert detect_language(text) == ("und", 0.0)


def test_a_hebrew_user_name_does_not_make_an_english_text_hebrew() -> None:
    text = "@רימון_הום #קומקום where is my refund please"

    assert detect_language(text).code == "en"


def test_latin_brand_names_do_not_make_a_hebrew_text_english() -> None:
    assert detect_language("Rimon Home Rimon K2 תודה רבה לכם").code == "he"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("כן", "כן, קיבלתי את הקומקום החדש והוא מצוין"),
        ("ok", "ok, I got the new kettle and it is fine"),
    ],
)
def test_a_short_text_is_a_less_certain_one(short: str, long: str) -> None:
    assert detect_language(short).confidence < 0.5 < detect_language(long).confidence


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("he", "he"),
        ("iw", "he"),
        ("en-US", "en"),
        ("PT_br", "pt"),
        ("qme", ""),
        ("und", ""),
        ("", ""),
    ],
)
def test_a_declared_language_is_reduced_to_its_iso_code(declared: str, code: str) -> None:
    assert language_code(declared) == code
