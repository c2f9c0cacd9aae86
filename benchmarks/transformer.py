"""What the slow tier costs: a model of your own, or one of the shape of XLM-R base.

The weights of the latter are random, so that its answers mean nothing; what it takes to compute
them is the same. Batches are measured beside single texts, which is how the service judges.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from benchmarks.stage import Stage, say
from monitoring.rules.arrays import Numbers
from monitoring.rules.transformer import Transformer, read_folder

_LAYERS, _WIDTH, _HEADS, _INNER, _WORDS = 12, 768, 12, 3072, 250_002
_TEXTS, _LENGTH, _LONGEST = 64, 32, 128
_POST = "@rimon my new kettle cracked after one week and nobody answers the phone, what now?"


def main(_stage: Stage, options: list[str]) -> None:
    """Print memory, time to load and texts a second; with --model those of a real one."""
    parser = argparse.ArgumentParser(prog="transformer")
    parser.add_argument("--model", type=Path, help="the folder of a model")
    terms = parser.parse_args(options)
    if terms.model:
        _judge(terms.model)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "model.onnx"))
        onnx.save(Shape().model(), path)
        _run_batches(path)


def _judge(folder: Path) -> None:
    began = time.perf_counter()
    model = Transformer(read_folder(folder))
    say(f"loaded in {time.perf_counter() - began:.1f} s, {_memory():,.0f} MB")
    texts = [f"{_POST} {number}" for number in range(_TEXTS)]
    began = time.process_time()
    model.judge_all(texts)
    say(f"one by one: {_TEXTS / (time.process_time() - began):6.1f} texts a second on one core")


def _run_batches(path: str) -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    began = time.perf_counter()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    say(f"loaded in {time.perf_counter() - began:.1f} s, {_memory():,.0f} MB")
    texts = _texts()
    for size in (1, 4, 8, 16):
        began = time.process_time()
        for start in range(0, _TEXTS, size):
            session.run(None, _padded(texts[start : start + size]))
        rate = _TEXTS / (time.process_time() - began)
        say(f"batches of {size:2}: {rate:6.1f} texts a second on one core")


def _texts() -> list[list[int]]:
    """Return texts as numbers of tokens, of lengths as posts have them, the shortest first."""
    chance = random.Random(6)
    lengths = [int(chance.lognormvariate(np.log(_LENGTH) - 0.18, 0.6)) for _text in range(_TEXTS)]
    fitting = sorted(min(max(length, 4), _LONGEST) for length in lengths)
    say(f"{_TEXTS} texts of {sum(fitting) / _TEXTS:.0f} tokens on average")
    return [[chance.randrange(4, _WORDS) for _token in range(length)] for length in fitting]


def _padded(texts: Sequence[list[int]]) -> dict[str, Numbers]:
    ids = np.ones((len(texts), max(map(len, texts))), np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(texts):
        ids[row, : len(text)], mask[row, : len(text)] = text, 1
    return {"input_ids": ids, "attention_mask": mask}


def _memory() -> float:
    """Return what this process takes now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class Shape:
    """A graph that computes what a transformer of this size does."""

    def __init__(self) -> None:
        self._chance = np.random.default_rng(0)
        self._nodes: list[Any] = []
        self._arrays: list[Any] = []

    def model(self) -> onnx.ModelProto:
        """Return embeddings, layers, and three outputs of the first token."""
        shown = self._act("Gather", self._weights(_WORDS, _WIDTH), "input_ids")
        hidden = self._act("Cast", "attention_mask", to=TensorProto.FLOAT)
        hidden = self._act("Sub", hidden, self._array(np.float32(1)))
        hidden = self._act("Mul", hidden, self._array(np.float32(1e9)))
        hidden = self._act("Unsqueeze", hidden, self._array(np.array([1, 2])))
        for _layer in range(_LAYERS):
            shown = self._layer(shown, hidden)
        first = self._act("Gather", shown, self._array(np.array(0)), axis=1)
        answer = self._linear(first, _WIDTH, 3)
        self._nodes.append(helper.make_node("Identity", [answer], ["logits"]))
        tokens = ["batch", "sequence"]
        graph = helper.make_graph(
            self._nodes,
            "shape",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, tokens)
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])],
            self._arrays,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)

    def _layer(self, shown: str, hidden: str) -> str:
        heads = self._array(np.array([0, 0, _HEADS, _WIDTH // _HEADS]))
        asked, known, said = (
            self._act("Reshape", self._linear(shown, _WIDTH, _WIDTH), heads) for _part in range(3)
        )
        asked, said = (self._act("Transpose", one, perm=[0, 2, 1, 3]) for one in (asked, said))
        known = self._act("Transpose", known, perm=[0, 2, 3, 1])
        seen = self._act("Add", self._act("MatMul", asked, known), hidden)
        seen = self._act("MatMul", self._act("Softmax", seen, axis=-1), said)
        seen = self._act("Transpose", seen, perm=[0, 2, 1, 3])
        seen = self._act("Reshape", seen, self._array(np.array([0, 0, _WIDTH])))
        shown = self._evened(shown, self._linear(seen, _WIDTH, _WIDTH))
        inner = self._act("Gelu", self._linear(shown, _WIDTH, _INNER))
        return self._evened(shown, self._linear(inner, _INNER, _WIDTH))

    def _evened(self, before: str, change: str) -> str:
        ones, nothing = np.ones(_WIDTH, np.float32), np.zeros(_WIDTH, np.float32)
        parts = (self._act("Add", before, change), self._array(ones), self._array(nothing))
        return self._act("LayerNormalization", *parts, axis=-1)

    def _linear(self, shown: str, width: int, outputs: int) -> str:
        product = self._act("MatMul", shown, self._weights(width, outputs))
        return self._act("Add", product, self._array(np.zeros(outputs, np.float32)))

    def _weights(self, *shape: int) -> str:
        return self._array(self._chance.standard_normal(shape, np.float32) * np.float32(0.02))

    def _array(self, array: Any) -> str:
        self._arrays.append(numpy_helper.from_array(np.asarray(array), f"a{len(self._arrays)}"))
        return f"a{len(self._arrays) - 1}"

    def _act(self, name: str, *inputs: str, **said: Any) -> str:
        output = f"o{len(self._nodes)}"
        self._nodes.append(helper.make_node(name, list(inputs), [output], **said))
        return output
