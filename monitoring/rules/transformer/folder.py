"""The folder of a model, as Optimum exports it from Hugging Face: what has to be in it."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from monitoring.rules.sentiment import Label
from monitoring.rules.transformer.labels import UnknownLabels, classes_of

# Posts are short; twice the tokens take more than twice the time.
MOST_TOKENS = 256
# Models of this family count positions from the number of the padding on.
_SHIFTED = {"camembert", "roberta", "xlm-roberta", "xlm-roberta-xl"}
_WEIGHTS = ("model.onnx", "model_quantized.onnx")
_TOKENIZER, _CONFIG, _TOKENIZER_CONFIG = "tokenizer.json", "config.json", "tokenizer_config.json"
_HASHED_AT_ONCE = 1 << 20


class BadTransformer(ValueError):
    """Says in a sentence why a folder cannot be used."""


@dataclass(frozen=True)
class Folder:
    """What the small files of a folder say; the weights are not opened."""

    path: Path
    weights: Path
    tokenizer: Path
    classes: tuple[Label, ...]
    most_tokens: int

    @property
    def name(self) -> str:
        """The name of the model is that of its folder."""
        return self.path.name

    @cached_property
    def version(self) -> str:
        """Twelve digits of a hash of everything that results depend on; reads all of it once."""
        digest = hashlib.sha256()
        # Weights of 2 GB and more stand in files of their own beside the model.
        beside = sorted(self.path.glob(f"{self.weights.name}?*"))
        for path in (self.weights, *beside, self.tokenizer, self.path / _CONFIG):
            _add(digest, path)
        digest.update(str(self.most_tokens).encode())
        return digest.hexdigest()[:12]


def read_folder(path: Path) -> Folder:
    """Return what a folder holds; raises `BadTransformer` where something is missing or unknown."""
    path = path.resolve()
    if not path.is_dir():
        raise BadTransformer(f"{path} is no folder.")
    weights = next((path / name for name in _WEIGHTS if (path / name).is_file()), None)
    if weights is None:
        raise BadTransformer(f"{path} has no {' or '.join(_WEIGHTS)}.")
    if not (path / _TOKENIZER).is_file():
        raise BadTransformer(f"{path} has no {_TOKENIZER}.")
    config = _json(path / _CONFIG)
    try:
        classes = classes_of(config.get("id2label"))
    except UnknownLabels as error:
        raise BadTransformer(f"{path / _CONFIG}: {error}.") from error
    return Folder(path, weights, path / _TOKENIZER, classes, _most_tokens(config, path))


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadTransformer(f"{path.parent} has no {path.name}.") from error
    except ValueError as error:
        raise BadTransformer(f"{path} is no JSON.") from error
    if not isinstance(found, dict):
        raise BadTransformer(f"{path} is no JSON object.")
    return found


def _most_tokens(config: dict[str, Any], path: Path) -> int:
    """Return how many tokens the model takes, special ones included; no more than we give it."""
    said = [MOST_TOKENS]
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int):
        padding = config.get("pad_token_id")
        shift = (padding if isinstance(padding, int) else 1) + 1
        said.append(positions - shift if config.get("model_type") in _SHIFTED else positions)
    if (path / _TOKENIZER_CONFIG).is_file():
        longest = _json(path / _TOKENIZER_CONFIG).get("model_max_length")
        # Where nobody said it, it is a number of thirty digits.
        said += [int(longest)] if isinstance(longest, int | float) else []
    if min(said) < 1:
        raise BadTransformer(f"{path / _CONFIG} leaves no room for a text.")
    return min(said)


def _add(digest: Any, path: Path) -> None:
    digest.update(f"{path.name}\n".encode())
    with path.open("rb") as file:
        while part := file.read(_HASHED_AT_ONCE):
            digest.update(part)
