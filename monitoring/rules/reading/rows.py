"""Hashed texts as rows of a sparse matrix: which weights each looks up, and how much they say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitoring.rules.reading.hashing import Block, Features, salted

Indexes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Row i has the columns `columns[starts[i]:starts[i + 1]]`, with as many values."""

    starts: npt.NDArray[np.int64]
    columns: Indexes
    values: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, numbers: npt.NDArray[np.int64]) -> "Rows":
        """Return the rows of these numbers, in this order."""
        lengths = self.starts[numbers + 1] - self.starts[numbers]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(starts[-1]) + np.repeat(self.starts[numbers] - starts[:-1], lengths)
        return Rows(starts, self.columns[places], self.values[places])


def rows_of(features: Features, bits: int, salts: Sequence[int] = (0,)) -> Rows:
    """Look every feature up in a table of 2^bits rows, once for each salt.

    Words together and pieces together weigh one in each text, however long it is.
    """
    blocks = [
        Block(salted(block.hashes, salt) if salt else block.hashes, block.texts)
        for salt in salts
        for block in (features.words, features.pieces)
    ]
    lengths = [np.bincount(block.texts, minlength=features.texts) for block in blocks]
    texts = np.concatenate([block.texts for block in blocks])
    hashes = np.concatenate([block.hashes for block in blocks])
    values = [
        (1 / np.sqrt(length.astype(np.float32)))[block.texts]
        for block, length in zip(blocks, np.maximum(1, lengths), strict=True)
    ]
    order = np.argsort(texts, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.sum(lengths, axis=0))])
    columns = (hashes >> np.uint64(64 - bits)).astype(np.int32)
    return Rows(starts, columns[order], np.concatenate(values)[order])


def joined(parts: Sequence[Rows]) -> Rows:
    """One matrix of several, one below the other."""
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    return Rows(
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def products(rows: Rows, weights: Floats | npt.NDArray[np.int8]) -> Floats:
    """The rows times a matrix of one row per column: what each text scores for each output."""
    if not len(rows.columns):
        return np.zeros((len(rows), weights.shape[1]), np.float32)
    terms = weights[rows.columns] * rows.values[:, None]
    # A row without columns would repeat its neighbour's term.
    sums: Floats = np.add.reduceat(
        np.concatenate([terms, np.zeros((1, terms.shape[1]), np.float32)]), rows.starts[:-1]
    )
    sums[np.diff(rows.starts) == 0] = 0
    return sums
