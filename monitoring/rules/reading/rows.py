"""Hashed texts as rows of a sparse matrix: which weights each looks up, and how much they say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from monitoring.rules.reading.hashing import Block, Features, Places, salted

Indexes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Rarity = npt.NDArray[np.uint8]

STEPS = 16  # of a byte of rarity, in one


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


def rows_of(features: Features, rarity: Rarity, salts: Sequence[int] = (0,)) -> Rows:
    """Look every feature up in a table of as many rows as there are rarities, once for each salt.

    Features count by their rarity and by the logarithm of how often a text has them; words
    together and pieces together weigh one in each text, however long it is.
    """
    bits, blocks = _bits(len(rarity)), list(_blocks(features, salts))
    keys = np.concatenate(
        [
            _keys(block, block.texts * len(blocks) + number, rarity)
            for number, block in enumerate(blocks)
        ]
    )
    # Short numbers are sorted in half the time.
    short = features.texts * len(blocks) << bits < 1 << 32
    keys = np.sort(keys.astype(np.uint32 if short else np.int64)).astype(np.int64)
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    times = np.diff(firsts, append=len(keys)).astype(np.float32)
    keys = keys[firsts]
    groups, columns = keys >> bits, (keys & (len(rarity) - 1)).astype(np.int32)
    values = rarity[columns] * (1 + np.log(times))
    lengths = np.sqrt(np.bincount(groups, values * values)).astype(np.float32)
    starts = np.searchsorted(groups, np.arange(features.texts + 1) * len(blocks))
    return Rows(starts, columns, (values / lengths[groups]).astype(np.float32))


def seen_in(features: Features, bits: int, salts: Sequence[int] = (0,)) -> npt.NDArray[np.int64]:
    """How often the features of texts meet each row of a table of 2^bits rows."""
    return sum(
        (
            np.bincount(_places(block, bits), minlength=1 << bits)
            for block in _blocks(features, salts)
        ),
        np.zeros(1 << bits, np.int64),
    )


def rarities(seen: npt.NDArray[np.int64], texts: int, least: int) -> Rarity:
    """Inverse document frequencies as bytes; 0 where a row was met less than `least` times."""
    shown = np.log(max(1, texts) / np.maximum(1, seen)) + 1
    found: Rarity = np.clip(np.rint(STEPS * shown), 1, 255).astype(np.uint8)
    found[seen < max(1, least)] = 0
    return found


def _blocks(features: Features, salts: Sequence[int]) -> Iterator[Block]:
    for salt in salts:
        for block in (features.words, features.pieces):
            yield Block(salted(block.hashes, salt) if salt else block.hashes, block.texts)


def _keys(block: Block, groups: Places, rarity: Rarity) -> Places:
    """Numbers that sort by group, then by row of the table; rows never met are left out."""
    bits = _bits(len(rarity))
    columns = _places(block, bits)
    known = rarity[columns] > 0
    keys: Places = groups[known] << bits | columns[known]
    return keys


def _places(block: Block, bits: int) -> Places:
    return (block.hashes >> np.uint64(64 - bits)).astype(np.int64)


def _bits(size: int) -> int:
    return size.bit_length() - 1


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
    found = np.zeros((len(rows), weights.shape[1]), np.float32)
    # Text by text the terms stay in the processor's cache, which is faster than all at once.
    for number, (start, end) in enumerate(pairwise(rows.starts.tolist())):
        terms = weights.take(rows.columns[start:end], axis=0).astype(np.float32, copy=False)
        found[number] = rows.values[start:end] @ terms
    return found
