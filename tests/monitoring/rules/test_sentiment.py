import shutil
from pathlib import Path

import pytest

from monitoring.rules import lexicon
from monitoring.rules.analysis import DEFAULT_ANALYSER
from monitoring.rules.lexicon import hebrew_forms
from monitoring.rules.sentiment import score_sentiment


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("שירות מצוין, ממליצה בחום", "he", "positive"),
        ("בושה, הקומקום נסדק ואף אחד לא עונה", "he", "negative"),
        ("הסניף נפתח ביום ראשון", "he", "neutral"),
        ("Great kettle, I love it", "en", "positive"),
        ("The handle broke and nobody answers, terrible service", "en", "negative"),
        ("The shop opens on Sunday", "en", "neutral"),
    ],
)
def test_plain_praise_and_blame_are_told_apart(text: str, language: str, label: str) -> None:
    assert score_sentiment(text, language).label == label


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("השירות לא טוב", "he"),
        ("זה ממש לא היה טוב", "he"),
        ("it is not good", "en"),
        ("it wasn't very good", "en"),
        ("it wasn’t good", "en"),
    ],
)
def test_a_negation_turns_praise_into_blame(text: str, language: str) -> None:
    assert score_sentiment(text, language).label == "negative"


@pytest.mark.parametrize(
    ("text", "language"), [("לא, השירות טוב מאוד", "he"), ("No, the service is really great", "en")]
)
def test_a_negation_ends_with_its_clause(text: str, language: str) -> None:
    assert score_sentiment(text, language).label == "positive"


@pytest.mark.parametrize(
    ("plain", "stronger", "language"),
    [
        ("מאכזב", "מאכזב מאוד", "he"),
        ("מאכזב", "ממש מאכזב", "he"),
        ("bad", "extremely bad", "en"),
        ("bad", "bad!!!", "en"),
    ],
)
def test_emphasis_makes_blame_stronger(plain: str, stronger: str, language: str) -> None:
    assert score_sentiment(stronger, language).score < score_sentiment(plain, language).score


@pytest.mark.parametrize("word", ["בושה", "והבושה", "שבושה", "בּוּשָׁה", "בושהההה"])
def test_hebrew_prefixes_niqqud_and_stretching_hide_no_word(word: str) -> None:
    assert score_sentiment(f"איזו {word} זו", "he").label == "negative"


def test_two_prefixes_are_taken_off_but_not_three() -> None:
    assert "בושה" in hebrew_forms("ושבושה")
    assert "בושה" not in hebrew_forms("וכשבושה")


@pytest.mark.parametrize(
    ("text", "language"),
    [("הקומקום יפה אבל השירות גרוע", "he"), ("Nice kettle but the service is bad", "en")],
)
def test_what_follows_a_but_weighs_more(text: str, language: str) -> None:
    assert score_sentiment(text, language).label == "negative"


def test_a_question_alone_is_neutral() -> None:
    assert score_sentiment("האם המספר הסידורי שלי כלול?", "he").label == "neutral"
    assert score_sentiment("Which serial numbers are affected?", "en").label == "neutral"


def test_another_language_is_unknown() -> None:
    assert score_sentiment("Ужасный чайник", "ru") == ("unknown", 0.0, 0.0)


def test_emoji_speak_in_any_language_but_with_less_confidence() -> None:
    russian = score_sentiment("чайник 😡", "ru")
    english = score_sentiment("kettle 😡", "en")

    assert russian.label == english.label == "negative"
    assert 0 < russian.confidence < english.confidence


def test_agreeing_evidence_gives_more_confidence_than_mixed_evidence() -> None:
    agreeing = score_sentiment("terrible, broken and dangerous", "en")
    mixed = score_sentiment("terrible and broken, great and lovely box", "en")

    assert agreeing.confidence > mixed.confidence


def test_a_word_more_in_any_list_is_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lexicon.lists_digest()
    assert DEFAULT_ANALYSER.version.endswith(f"-{before}")
    shutil.copytree(lexicon.FOLDER, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    assert lexicon.lists_digest.__wrapped__() == before

    with (tmp_path / "he.toml").open("a", encoding="utf-8") as listed:
        listed.write("\n# קומקום\n")

    assert lexicon.lists_digest.__wrapped__() != before
