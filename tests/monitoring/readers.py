"""Analysers and queries for tests of the reading."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.test import override_settings

from monitoring.models import Mention
from monitoring.rules.analysis import Analysis, ReadingAnalyser
from monitoring.rules.counts import EMOTION_COUNTS_FROM
from monitoring.rules.queries import Document
from monitoring.services.analysers import chosen_analyser


class ContraryAnalyser(ReadingAnalyser):
    """Another version, which sees everything the other way round."""

    name = "contrary"

    @property
    def version(self) -> str:
        return "1"

    def analyse_all(self, texts: Sequence[tuple[str, str]]) -> list[Analysis]:
        """Turn every result around."""
        turned: Any = {"positive": "negative", "negative": "positive"}
        return [
            one._replace(
                sentiment=turned.get(one.sentiment, one.sentiment),
                sentiment_score=-one.sentiment_score,
                emotions={"joy": 0.2, "hope": 0.9},
                intents=frozenset({"praises"}),
                language="en" if one.language == "he" else "he",
            )
            for one in super().analyse_all(texts)
        ]


@contextmanager
def contrary_analyser() -> Iterator[None]:
    """Have mentions read by the other analyser."""
    with override_settings(ANALYSER=f"{__name__}:ContraryAnalyser"):
        chosen_analyser.cache_clear()
        try:
            yield
        finally:
            chosen_analyser.cache_clear()


def document_of(mention: Mention) -> Document:
    """Return what queries may ask of a mention."""
    return Document(
        text=mention.text,
        platform=mention.platform,
        language=mention.language,
        sentiment=mention.sentiment,
        emotions=[one for one, by in mention.emotions.items() if by >= EMOTION_COUNTS_FROM],
        intents=mention.intents,
        author_handle=mention.author_handle,
        author_name=mention.author_name,
        author_followers=mention.author_followers,
    )
