"""What the workers learn from a mention's text: its language and its sentiment."""

from typing import NamedTuple

from monitoring.rules.language import LanguageGuess, detect_language, language_code
from monitoring.rules.sentiment import Label, score_sentiment

# Stored with every result, so that results of another analyser can be told apart and redone.
ANALYSER = "lexicon"
ANALYSER_VERSION = "1"


class Analysis(NamedTuple):
    """Confidences run from 0 to 1, the sentiment score from -1 (bad) to 1 (good)."""

    language: str
    language_confidence: float
    sentiment: Label
    sentiment_score: float
    sentiment_confidence: float


def analyse(text: str, declared_language: str = "") -> Analysis:
    """Analyse any string; a declared language that is an ISO 639-1 code wins over detection."""
    declared = language_code(declared_language)
    language = LanguageGuess(declared, 1.0) if declared else detect_language(text)
    sentiment = score_sentiment(text, language.code)
    return Analysis(
        language=language.code,
        language_confidence=language.confidence,
        sentiment=sentiment.label,
        sentiment_score=sentiment.score,
        sentiment_confidence=sentiment.confidence,
    )
