"""Sentences of customers that were written for this project, to be learnt beside collections."""

import tomllib
from collections.abc import Iterator

from monitoring.rules.lexicon import FOLDER

KIND = "written"
FILLINGS = 12  # how many ways a sentence with a gap is told


def written_sentences() -> Iterator[tuple[str, str, str]]:
    """Language, label and text of each sentence, its gaps filled; always the same."""
    listed = tomllib.loads((FOLDER / "written.toml").read_text(encoding="utf-8"))
    for language, told in listed.items():
        fills = told.pop("fills")
        for label, sentences in told.items():
            for number, sentence in enumerate(sentences):
                for filled in dict.fromkeys(_fillings(sentence, fills, number)):
                    yield language, label, filled


def _fillings(sentence: str, fills: dict[str, list[str]], number: int) -> Iterator[str]:
    for turn in range(FILLINGS):
        place = number + turn * 7
        yield sentence.format(**{gap: words[place % len(words)] for gap, words in fills.items()})
