"""How likely each language is, by the model of py3langid: for one text, or for many at once.

The model (multinomial naive Bayes over byte sequences: Lui and Baldwin 2012, "langid.py: An
Off-the-shelf Language Identification Tool") finds its features with an automaton that takes a text
byte by byte. Many texts are walked side by side, at a fifth of the price.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from py3langid.langid import MODEL_FILE, LanguageIdentifier

# From so many texts on, walking them side by side is quicker.
MANY = 12

_Ints = npt.NDArray[np.int64]
# Features of a text and how often each is in it, in the order of their numbers.
_Features = tuple[_Ints, npt.NDArray[np.float32]]


class LanguageModel:
    """The weights of py3langid; its answers are those of its own `rank`, but for rounding."""

    def __init__(self) -> None:
        model: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        # Halves, as they are kept, would be widened for each text anew.
        self._weights = np.asarray(model.nb_ptc, dtype=np.float32)
        self._starts = np.asarray(model.nb_pc, dtype=np.float32)
        self._moves = model.tk_nextmove
        self._rows = model.tk_row
        self._features = model.tk_output
        self._many_moves = np.asarray(self._moves, dtype=np.int64)
        self._many_rows = np.asarray(self._rows, dtype=np.int64) << 8
        self._many_features = np.asarray(self._features, dtype=np.int64)
        self.languages = list(dict.fromkeys(model.nb_classes))
        # A language in two scripts is in the model twice.
        places = [self.languages.index(language) for language in model.nb_classes]
        self._merged = np.eye(len(self.languages), dtype=np.float32)[places]

    def shares(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the probability of each of `languages` for each text: a row a text."""
        spelled = [_spelled(text) for text in texts]
        walk = self._walk_together if len(texts) >= MANY else self._walk_each
        scores = np.zeros((len(texts), len(self._starts)), dtype=np.float32)
        for place, (numbers, counts) in enumerate(walk(spelled)):
            if len(numbers):
                learnt = self._weights.take(numbers, axis=0)
                scores[place] = np.log1p(counts) @ learnt + self._starts
        # Divided by the root of the length, so that long texts are not surer than they should be.
        roots = np.sqrt([[max(1, len(text))] for text in spelled])
        shares = np.exp((scores - scores.max(axis=1, keepdims=True)) / roots)
        merged: npt.NDArray[np.float32] = shares / shares.sum(axis=1, keepdims=True) @ self._merged
        return merged

    def _walk_each(self, texts: Sequence[bytes]) -> list[_Features]:
        return [self._walk(text) for text in texts]

    def _walk(self, text: bytes) -> _Features:
        state, found = 0, []
        for byte in text:
            state = self._moves[(self._rows[state] << 8) + byte]
            found.append(self._features[state])
        counts = sorted(Counter(found).items())
        told = [(feature, count) for feature, count in counts if feature >= 0]
        return (
            np.array([feature for feature, _count in told], dtype=np.int64),
            np.array([count for _feature, count in told], dtype=np.float32),
        )

    def _walk_together(self, texts: Sequence[bytes]) -> list[_Features]:
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        lengths = np.array([len(texts[number]) for number in order])
        longest = int(lengths[0])
        letters = np.zeros((longest, len(texts)), dtype=np.int64)
        for column, number in enumerate(order):
            letters[: lengths[column], column] = np.frombuffer(texts[number], dtype=np.uint8)
        found = np.full((longest, len(texts)), -1, dtype=np.int64)
        states = np.zeros(len(texts), dtype=np.int64)
        # The longest come first, so that those that go on are always the first so many.
        going_on = np.searchsorted(-lengths, -np.arange(longest), side="left")
        for place, count in enumerate(going_on):
            moves = self._many_rows[states[:count]] + letters[place, :count]
            states[:count] = self._many_moves[moves]
            found[place, :count] = self._many_features[states[:count]]
        return self._counted(found, order)

    def _counted(self, found: _Ints, order: Sequence[int]) -> list[_Features]:
        columns = np.broadcast_to(np.asarray(order), found.shape)[found >= 0]
        width = len(self._weights)
        keys, counts = np.unique(columns * width + found[found >= 0], return_counts=True)
        ends = np.searchsorted(keys, width * np.arange(len(order) + 1))
        return [
            (keys[start:end] % width, counts[start:end].astype(np.float32))
            for start, end in pairwise(ends)
        ]


@cache
def language_model() -> LanguageModel:
    """The model, once a process: some 70 MB and most of a second."""
    return LanguageModel()


def _spelled(text: str) -> bytes:
    told = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
    return told.encode(errors="surrogatepass")
