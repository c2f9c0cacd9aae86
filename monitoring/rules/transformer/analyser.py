"""An analyser that leaves the sentiment to a transformer, and all else to another analyser."""

from collections.abc import Collection, Sequence
from itertools import islice

from monitoring.rules.analysis import Analyser, Analysis
from monitoring.rules.transformer.model import CHARACTERS_READ, Transformer


class TransformerAnalyser:
    """Both read every text; language, emotions and intents are the first one's.

    So is the sentiment of texts without letters, in languages that the model was not made for,
    and of those whose words it does not know.
    """

    def __init__(
        self, first: Analyser, transformer: Transformer, *, languages: Collection[str] = ()
    ) -> None:
        self._first, self._transformer = first, transformer
        self._languages = frozenset(languages)

    @property
    def name(self) -> str:
        """Both names, as results of a second look have them."""
        return f"{self._first.name}/{self._first.version} + {self._transformer.name}"

    @property
    def version(self) -> str:
        """That of the model."""
        return self._transformer.version

    def analyse_all(self, texts: Sequence[tuple[str, str]]) -> list[Analysis]:
        """Analyse pairs of a text and a declared language, in their order."""
        found = self._first.analyse_all(texts)
        asked = [
            number
            for number, ((text, _declared), one) in enumerate(zip(texts, found, strict=True))
            if has_letters(text) and (not self._languages or one.language in self._languages)
        ]
        judged = self._transformer.judge_all([texts[number][0] for number in asked])
        for number, sentiment in zip(asked, judged, strict=True):
            if sentiment is not None:
                found[number] = found[number]._replace(
                    sentiment=sentiment.label,
                    sentiment_score=sentiment.score,
                    sentiment_confidence=sentiment.confidence,
                )
        return found


def has_letters(text: str) -> bool:
    """Whether there are words for a model to judge; emoji alone are left to the word lists."""
    return any(character.isalpha() for character in islice(text, CHARACTERS_READ))
