"""What the workers learn from a mention's text: language, sentiment, emotions and intents."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from monitoring.rules.language import LanguageGuess, detect_language, language_code
from monitoring.rules.sentiment import Label, score_sentiment
from monitoring.rules.signs import INTENTS, find_signs

__all__ = ["COUNTED_FROM", "EMOTIONS", "INTENTS", "Analyser", "Analysis", "analyse"]

EMOTIONS = ("anger", "fear", "sadness", "joy", "hope", "sympathy")
# The strength from which an emotion counts in rollups.
COUNTED_FROM = 0.3


class Analysis(NamedTuple):
    """Confidences and strengths run from 0 to 1, the sentiment score from -1 (bad) to 1 (good)."""

    language: str
    language_confidence: float
    sentiment: Label
    sentiment_score: float
    sentiment_confidence: float
    # Only those of EMOTIONS that were found, and only those of INTENTS.
    emotions: Mapping[str, float]
    intents: frozenset[str]


class Analyser(Protocol):
    """Reads texts in batches; its name and version are stored with every result.

    The version changes whenever results do, so that mentions can be found and analysed again.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def analyse_all(self, texts: Sequence[tuple[str, str]]) -> list[Analysis]:
        """Analyse pairs of a text and the language its platform declares, in their order.

        A declared language that is an ISO 639-1 code wins over detection. No string fails.
        """
        ...


class LexiconAnalyser:
    """Word lists alone; the slower and weaker way, which needs no model."""

    name = "lexicon"
    version = "2"

    def analyse_all(self, texts: Sequence[tuple[str, str]]) -> list[Analysis]:
        """Analyse one text after the other."""
        return [_by_lexicon(text, declared) for text, declared in texts]


DEFAULT_ANALYSER: Analyser = LexiconAnalyser()


def analyse(text: str, declared_language: str = "") -> Analysis:
    """Analyse one text by the analyser that ships."""
    return DEFAULT_ANALYSER.analyse_all([(text, declared_language)])[0]


def _by_lexicon(text: str, declared_language: str) -> Analysis:
    declared = language_code(declared_language)
    language = LanguageGuess(declared, 1.0) if declared else detect_language(text)
    sentiment = score_sentiment(text, language.code)
    signs = find_signs(text, language.code)
    return Analysis(
        language=language.code,
        language_confidence=language.confidence,
        sentiment=sentiment.label,
        sentiment_score=sentiment.score,
        sentiment_confidence=sentiment.confidence,
        emotions=signs.emotions,
        intents=signs.intents,
    )
