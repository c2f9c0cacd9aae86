"""A transformer in ONNX Runtime: one text in, one sentiment out."""

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from monitoring.rules.arrays import Numbers
from monitoring.rules.sentiment import Sentiment
from monitoring.rules.transformer.folder import BadTransformer, Folder

# Cut before anything else, so that no text is slow; far more than the tokens that are read.
CHARACTERS_READ = 4_000
# Where more of a text is nothing to the model, it was made for other languages.
MOST_UNKNOWN = 0.5

_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
_TYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_UNKNOWN = ("[UNK]", "<unk>")
_MISSING = "The package {} is not installed: pip install 'crisisapi[transformer]'."
# As models that learnt from tweets saw them; to others they say nothing either way.
_LINK, _NAME = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE), re.compile(r"(?<!\w)@\w+")


class Transformer:
    """Judges texts one by one: what it makes of one never depends on what stands beside it.

    Batches were measured: with one thread four texts together are a tenth faster, sixteen are
    slower, and weights of 8 bits judge a text otherwise in other company.
    """

    def __init__(self, folder: Folder, *, threads: int = 1) -> None:
        """Load the model; raises `BadTransformer` where it cannot be used."""
        self.folder = folder
        self._tokenizer = _tokenizer(folder)
        self._unknown = {self._tokenizer.token_to_id(one) for one in _UNKNOWN} - {None}
        self._session = _session(folder, threads)
        self._inputs = {one.name: one.type for one in self._session.get_inputs()}
        _check_inputs(self._inputs, folder)
        outputs = [one.name for one in self._session.get_outputs()]
        self._output = "logits" if "logits" in outputs else outputs[0]
        self._try()

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.folder.name

    @property
    def version(self) -> str:
        """What the files hash to."""
        return self.folder.version

    def judge_all(self, texts: Sequence[str]) -> list[Sentiment | None]:
        """Return the sentiment of each text; None where the model knows too little of its words.

        The confidence is the probability of the class, the score that of positive minus negative.
        """
        return [self._judge(text) for text in texts]

    def _judge(self, text: str) -> Sentiment | None:
        encoded = self._tokenizer.encode(_plain(text))
        if not self._is_known(encoded):
            return None
        logits = self._logits(encoded)
        if not np.isfinite(logits).all():
            return None
        return self._sentiment(logits)

    def _is_known(self, encoded: Any) -> bool:
        pairs = zip(encoded.ids, encoded.special_tokens_mask, strict=True)
        ids = [number for number, is_special in pairs if not is_special]
        unknown = sum(number in self._unknown for number in ids)
        return bool(ids) and unknown <= MOST_UNKNOWN * len(ids)

    def _logits(self, encoded: Any) -> Numbers:
        given = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        fed = {name: np.array([given[name]], _TYPES[kind]) for name, kind in self._inputs.items()}
        (logits,) = self._session.run([self._output], fed)
        return np.asarray(logits, np.float64).reshape(-1)

    def _sentiment(self, logits: Numbers) -> Sentiment:
        weights = np.exp(logits - logits.max())
        shares = dict.fromkeys(("negative", "neutral", "positive"), 0.0)
        for label, share in zip(self.folder.classes, weights / weights.sum(), strict=True):
            shares[label] += float(share)
        best = max(shares, key=lambda label: shares[label])
        score = round(shares["positive"] - shares["negative"], 3)
        return Sentiment(best, score, round(shares[best], 3))  # type: ignore[arg-type]

    def _try(self) -> None:
        """Refuse a model that answers with anything but a number for each of its labels."""
        try:
            found = self._logits(self._tokenizer.encode("a"))
        except Exception as error:  # whatever the runtime makes of a graph it cannot run
            raise BadTransformer(f"{self.folder.weights} does not run: {error}") from error
        if len(found) != len(self.folder.classes):
            raise BadTransformer(
                f"{self.folder.weights} gives {len(found)} numbers for a text, and "
                f"{len(self.folder.classes)} labels are named."
            )


def _plain(text: str) -> str:
    """Return the beginning of a text, with names and links as those models know them."""
    cut = text[:CHARACTERS_READ].encode("utf-8", "replace").decode()
    return _NAME.sub("@user", _LINK.sub("http", cut))


def _tokenizer(folder: Folder) -> Any:
    tokenizers = _library("tokenizers")
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(folder.tokenizer))
        tokenizer.no_padding()
        tokenizer.enable_truncation(folder.most_tokens)
    except Exception as error:  # the library raises nothing more special
        raise BadTransformer(f"{folder.tokenizer} is no tokenizer: {error}") from error
    return tokenizer


def _session(folder: Folder, threads: int) -> Any:
    runtime = _library("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    try:
        return runtime.InferenceSession(
            str(folder.weights), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # its exceptions have no common parent but this one
        raise BadTransformer(f"{folder.weights} is no ONNX model that runs: {error}") from error


def _check_inputs(inputs: dict[str, str], folder: Folder) -> None:
    strange = sorted(set(inputs) - _INPUTS)
    if strange or "input_ids" not in inputs:
        raise BadTransformer(
            f"{folder.weights} asks for {', '.join(sorted(inputs))}; "
            f"known are {', '.join(sorted(_INPUTS))}, input_ids among them."
        )
    if other := sorted(set(inputs.values()) - set(_TYPES)):
        raise BadTransformer(f"{folder.weights} takes {', '.join(other)}, not numbers of tokens.")


def _library(name: str) -> Any:
    """Return a package that comes with an extra only, loaded where it is needed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise BadTransformer(_MISSING.format(name)) from error
