"""A transformer small enough to be made in a test: each word has its own say, and they add up."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tokenizers
from django.test import override_settings
from onnx import TensorProto, helper, numpy_helper

from monitoring.services import analysers

LABELS = ("negative", "neutral", "positive")
SAYS = {"kettle": 1, "broke": 0, "thank": 2, "great": 2, "קומקום": 1, "נשבר": 0, "תודה": 2, "a": 1}
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def make_transformer(
    folder: Path,
    *,
    labels: Sequence[str] = LABELS,
    says: dict[str, int] | None = None,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    **config: Any,
) -> Path:
    """Write what Optimum would, and return the folder; `says` names the output of each word."""
    folder.mkdir(parents=True, exist_ok=True)
    words = SAYS if says is None else says
    told = {"id2label": {str(place): name for place, name in enumerate(labels)}, **config}
    (folder / "config.json").write_text(json.dumps(told), encoding="utf-8")
    _tokenizer(words).save(str(folder / "tokenizer.json"))
    onnx.save(_model(words, len(labels), inputs), str(folder / "model.onnx"))
    return folder


def _tokenizer(words: dict[str, int]) -> tokenizers.Tokenizer:
    vocabulary = {word: number for number, word in enumerate((*_SPECIAL, *words))}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.Lowercase()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    # As some exports have it; whoever loads it must not pad by it.
    tokenizer.enable_padding(length=32)
    return tokenizer


def _model(words: dict[str, int], outputs: int, inputs: Sequence[str]) -> onnx.ModelProto:
    table = np.zeros((len(_SPECIAL) + len(words), outputs), np.float32)
    for place, output in enumerate(words.values(), start=len(_SPECIAL)):
        table[place, output] = 2
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["said"]),
        helper.make_node("ReduceSum", ["said", "axes"], ["logits"], keepdims=0),
    ]
    arrays = {"table": table, "axes": np.array([1])}
    graph = helper.make_graph(
        nodes,
        "words",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in inputs
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", outputs])],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, opset_imports=[opset], ir_version=10)


@contextmanager
def looking_twice(folder: Path | str, **settings: Any) -> Iterator[None]:
    """Have the model in a folder look again."""
    with override_settings(TRANSFORMER_MODEL=str(folder), **settings):
        _forget_analysers()
        try:
            yield
        finally:
            _forget_analysers()


def _forget_analysers() -> None:
    for kept in (analysers.chosen_analyser, analysers.second_folder, analysers.second_analyser):
        kept.cache_clear()
