"""The weights of the default analyser, as they are kept in a file, and how they judge texts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from monitoring.rules.reading.hashing import hash_texts
from monitoring.rules.reading.learning import softmax
from monitoring.rules.reading.rows import Floats, Rarity, Rows, products, rows_of
from monitoring.rules.sentiment import Label, score_tokens

LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
FORMAT = 3
# Of what is said of the labels of a text, the part that weights of its own kind say.
OWN_PART = 0.7


class BadModel(ValueError):
    """The file is no model of this analyser."""


@dataclass(frozen=True)
class Judgements:
    """One row a text: probabilities of LABELS, and how likely the likeliest is right."""

    shares: Floats
    confidences: Floats
    emotions: Floats


@dataclass(frozen=True)
class Reader:
    """What was learnt for some languages.

    The table has a row for each hash and columns for LABELS, then for `kinds` of text, then for
    LABELS once more for each kind in `owned`, then for emotions; its weights are bytes, and
    `scale` says what one is worth in each column. The `leanings` of a kind are added to the
    labels' scores of a text as far as it is of that kind.
    """

    rarity: Rarity
    table: npt.NDArray[np.int8]
    scale: Floats
    leanings: Floats
    kind_biases: Floats
    emotion_biases: Floats
    trust: Floats  # what the score of the word lists adds in each kind
    certainty: Floats  # slope over the margin, then one start for each label
    owned: npt.NDArray[np.int64]  # kinds with weights of their own
    salted: bool

    def rows(self, prepared: Sequence[str], salt: int) -> Rows:
        """Look texts of one language up, as they were while learning."""
        return rows_of(hash_texts(prepared), self.rarity, salts_of(salt, salted=self.salted))

    def judge(self, rows: Rows, moods: Floats) -> Judgements:
        """Judge texts by their rows and by the scores that the word lists give them."""
        scores = products(rows, self.table) * self.scale
        kinds = len(self.kind_biases)
        share = softmax(scores[:, 3 : 3 + kinds] + self.kind_biases)
        emotions_from = 3 + kinds + 3 * len(self.owned)
        opinion = blended(scores[:, :3], scores[:, 3 + kinds : emotions_from], share[:, self.owned])
        shares = softmax(opinion + share @ self.leanings + lifted(moods, share @ self.trust))
        emotions = softmax(scores[:, emotions_from:] + self.emotion_biases)
        return Judgements(shares, certainties(shares, self.certainty), emotions)


def blended(common: Floats, own: Floats, share: Floats) -> Floats:
    """What all kinds together say of the labels, and to `OWN_PART` what a text's own kind says.

    `own` has the labels of one kind beside those of the next, `share` one column for each.
    """
    apart = own.reshape(len(own), share.shape[1], 3)
    found: Floats = common + OWN_PART * (share[:, :, None] * (apart - common[:, None])).sum(axis=1)
    return found


def lifted(moods: Floats, trust: Floats | float) -> Floats:
    """What moods from -1 to 1 add to the scores of the labels."""
    lift: Floats = (moods * trust)[:, None] * np.array([-1, 0, 1], np.float32)
    return lift


def moods_of(prepared: Sequence[str], language: str) -> Floats:
    """The scores of the word lists, from -1 (bad) to 1 (good)."""
    scores = [score_tokens(text.split(" "), language) for text in prepared]
    return np.array(scores, np.float32)


def certainties(shares: Floats, certainty: Floats) -> Floats:
    """How likely the likeliest label is right, by its distance from the second."""
    logs = np.log(np.maximum(shares, 1e-9))
    ordered = np.sort(logs, axis=1)
    raised = certainty[0] * (ordered[:, -1] - ordered[:, -2]) + certainty[1:][logs.argmax(axis=1)]
    found: Floats = 1 / (1 + np.exp(-raised))
    return found


@dataclass(frozen=True)
class Model:
    """Readers by name, which reader reads a language, and what the file says of itself."""

    readers: Mapping[str, Reader]
    languages: Mapping[str, str]
    version: str
    emotions: tuple[str, ...] = ()
    about: Mapping[str, object] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write one file; the same model gives the same bytes."""
        head = {
            "format": FORMAT,
            "version": self.version,
            "languages": dict(self.languages),
            "emotions": list(self.emotions),
            "about": dict(self.about),
            "readers": {name: reader.salted for name, reader in self.readers.items()},
        }
        told = json.dumps(head, sort_keys=True, ensure_ascii=False).encode()
        arrays = {"head": np.frombuffer(told, np.uint8)}
        for name, reader in self.readers.items():
            for part in _PARTS:
                arrays[f"{name}.{part}"] = getattr(reader, part)
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


_PARTS = (
    *("rarity", "table", "scale", "leanings", "kind_biases", "emotion_biases"),
    *("trust", "certainty", "owned"),
)


def load_model(path: Path) -> Model:
    """Read a file; nothing in it is run. Refuses what `Model.save` did not write."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            head = json.loads(bytes(arrays["head"]))
            if head["format"] != FORMAT:
                raise BadModel(f"its format is {head['format']}, not {FORMAT}")
            readers = {
                name: Reader(**{part: arrays[f"{name}.{part}"] for part in _PARTS}, salted=salted)
                for name, salted in head["readers"].items()
            }
    except (KeyError, ValueError, TypeError, OSError, EOFError, BadZipFile) as error:
        raise BadModel(f"{path} is no model: {error}") from error
    return Model(
        readers, head["languages"], head["version"], tuple(head["emotions"]), head["about"]
    )


def salts_of(salt: int, *, salted: bool) -> tuple[int, ...]:
    """Where features are looked up: in rows of all languages, and in those of one."""
    return (0, salt) if salted else (0,)


def salt_of(language: str) -> int:
    """A number for a language, the same for ever."""
    return int.from_bytes(language.encode()[:4], "big")
