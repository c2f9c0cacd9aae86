"""What the workers learn from a mention's text: language, sentiment, emotions and intents."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from monitoring.rules.counts import EMOTIONS
from monitoring.rules.language import LanguageGuess, detect_languages, language_code
from monitoring.rules.lexicon import lists_digest
from monitoring.rules.reading.mild import is_mild
from monitoring.rules.reading.model import LABELS, Judgements, Model, load_model, moods_of, salt_of
from monitoring.rules.reading.tokens import prepare
from monitoring.rules.sentiment import Label, Sentiment, score_sentiment
from monitoring.rules.signs import SHOWN_FROM, Signs, find_signs

WEIGHTS = Path(__file__).with_name("weights") / "default.npz"
# A language that is itself a guess makes the judgement one too.
SURE_LANGUAGE = 0.5
# A language that was not learnt is judged by what it shares with others; hardly better than chance.
FOREIGN, FOREIGN_CONFIDENCE = "xx", 0.5


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


class ReadingAnalyser:
    """Weights learnt from labelled texts judge; word lists name feelings and intents."""

    name = "reading"

    def __init__(self, path: Path = WEIGHTS) -> None:
        self._path = path

    @cached_property
    def model(self) -> Model:
        """The weights, read once a process."""
        return load_model(self._path)

    @property
    def version(self) -> str:
        """What the file of weights says of itself, and six digits that change with word lists."""
        return f"{self.model.version}-{lists_digest()}"

    def analyse_all(self, texts: Sequence[tuple[str, str]]) -> list[Analysis]:
        """Judge the texts of each language together."""
        guesses = _languages(texts)
        prepared = [prepare(text) for text, _declared in texts]
        together: defaultdict[str, list[int]] = defaultdict(list)
        for number, guess in enumerate(guesses):
            if _has_words(prepared[number]):
                together[self._read_as(guess.code, prepared[number])].append(number)
        together.pop("", None)
        found: dict[int, tuple[Sentiment, dict[str, float]]] = {}
        for language, numbers in together.items():
            judged = self._judge(language, [prepared[number] for number in numbers])
            found.update(zip(numbers, judged, strict=True))
        return [
            _analysis(told, guess, *(found.get(number) or _by_emoji(text)))
            for number, ((text, _declared), told, guess) in enumerate(
                zip(texts, prepared, guesses, strict=True)
            )
        ]

    def _read_as(self, language: str, prepared: str) -> str:
        """The language whose weights judge; empty where none can.

        What is written in Latin letters shares words and smileys with what was learnt.
        """
        if language in self.model.languages:
            return language
        return FOREIGN if "shared" in self.model.readers and _is_latin(prepared) else ""

    def _judge(
        self, language: str, prepared: Sequence[str]
    ) -> list[tuple[Sentiment, dict[str, float]]]:
        reader = self.model.readers[self.model.languages.get(language, "shared")]
        moods = moods_of(prepared, language)
        judged = reader.judge(reader.rows(prepared, salt_of(language)), moods)
        if language == FOREIGN:
            judged = replace(judged, confidences=judged.confidences * FOREIGN_CONFIDENCE)
        sentiments = [
            _softened(sentiment) if is_mild(text, mood) else sentiment
            for sentiment, text, mood in zip(
                _sentiments(judged), prepared, moods.tolist(), strict=True
            )
        ]
        return list(zip(sentiments, _feelings(judged, self.model.emotions), strict=True))


DEFAULT_ANALYSER: Analyser = ReadingAnalyser()


def analyse(text: str, declared_language: str = "") -> Analysis:
    """Analyse one text by the analyser that ships."""
    return DEFAULT_ANALYSER.analyse_all([(text, declared_language)])[0]


def _languages(texts: Sequence[tuple[str, str]]) -> list[LanguageGuess]:
    codes = [language_code(declared) if declared else "" for _text, declared in texts]
    asked = [text for (text, _declared), code in zip(texts, codes, strict=True) if not code]
    detected = iter(detect_languages(asked))
    return [LanguageGuess(code, 1.0) if code else next(detected) for code in codes]


def _has_words(prepared: str) -> bool:
    return any(character.isalpha() for character in prepared)


def _is_latin(prepared: str) -> bool:
    letters = sum(character.isalpha() for character in prepared)
    return 2 * sum(map(prepared.count, "aeiou")) > letters / 4


def _by_emoji(text: str) -> tuple[Sentiment, dict[str, float]]:
    """What can be said of a text whose words nobody taught us: what its emoji say."""
    return score_sentiment(text, ""), {}


def _sentiments(judged: Judgements) -> list[Sentiment]:
    scores = (judged.shares[:, 2] - judged.shares[:, 0]).astype(float).round(3).tolist()
    labels = judged.shares.argmax(axis=1).tolist()
    confidences = judged.confidences.astype(float).round(3).tolist()
    return [
        Sentiment(LABELS[label], score, confidence)
        for label, score, confidence in zip(labels, scores, confidences, strict=True)
    ]


def _softened(sentiment: Sentiment) -> Sentiment:
    """What is left of blame where a text has the form of none."""
    return _neutral(sentiment) if sentiment.label == "negative" else sentiment


def _neutral(sentiment: Sentiment) -> Sentiment:
    """What is left of a judgement that something speaks against: neither, half as sure."""
    return Sentiment("neutral", 0.0, round(sentiment.confidence / 2, 3))


def _feelings(judged: Judgements, emotions: Sequence[str]) -> list[dict[str, float]]:
    """Learnt feelings, as far as a text is not neutral."""
    if not judged.emotions.shape[1]:
        return [{} for _ in judged.shares]
    strengths = (judged.emotions * (1 - judged.shares[:, 1:2])).astype(float).round(3).tolist()
    return [
        {name: value for name, value in zip(emotions, row, strict=True) if value >= SHOWN_FROM}
        for row in strengths
    ]


def _analysis(
    prepared: str, language: LanguageGuess, sentiment: Sentiment, feelings: Mapping[str, float]
) -> Analysis:
    signs = find_signs(prepared, language.code)
    if sentiment.label == "positive" and "leaves" in signs.intents:
        sentiment = _neutral(sentiment)  # whoever leaves does not praise
    complains = sentiment.label == "negative" and signs.of_dealings
    complaint = frozenset({"complains"} if complains else ())
    sure = min(1.0, language.confidence / SURE_LANGUAGE)
    return Analysis(
        language=language.code,
        language_confidence=language.confidence,
        sentiment=sentiment.label,
        sentiment_score=sentiment.score,
        sentiment_confidence=round(sentiment.confidence * sure, 3),
        emotions=_strongest(signs, feelings),
        intents=signs.intents | complaint,
    )


def _strongest(signs: Signs, feelings: Mapping[str, float]) -> dict[str, float]:
    """What the words show and what was learnt, the stronger of both."""
    strengths = {
        name: max(signs.emotions.get(name, 0), feelings.get(name, 0))
        for name in EMOTIONS
        if name not in signs.denied
    }
    return {name: strength for name, strength in strengths.items() if strength}
