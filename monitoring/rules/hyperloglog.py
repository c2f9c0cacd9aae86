"""Counting distinct authors in little memory: sketches that can be merged.

A sketch of few authors is their 64-bit hashes, sorted, and counts exactly; a larger one is the
registers of a HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007), six bits each. Which of the
two it is follows from the number of authors alone, so that the same authors give the same bytes,
in whatever order and parts they came. The estimate is the one of Ertl (2017), New cardinality
estimation algorithms for HyperLogLog sketches, section 2.3: without bias over the whole range, so
that the tables of Heule, Nunkesser and Hall (2013) are not needed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

PRECISION = 11
REGISTERS = 1 << PRECISION
STANDARD_ERROR = 1.04 / sqrt(REGISTERS)
# One hash less than would take as many bytes as the registers: the length tells the two apart.
EXACT_LIMIT = REGISTERS * 6 // 8 // 8 - 1
EMPTY = b""

_Z_95 = 1.959963984540054
_HASH_BITS = 64
_TAIL_BITS = _HASH_BITS - PRECISION
_AT_ONCE = 24
_REGISTER_BYTES = REGISTERS * 6 // 8
_MASK = (1 << _HASH_BITS) - 1
_HASH = np.dtype(">u8")

# What a pair of registers, twelve bits, adds to a sum of three: 2^-rank for each rank but the first
# and the last, of which only the number counts. Half as many to look up as registers.
_EMPTY, _LAST = 2.0**12, 2.0**24
_OF_RANK = [_EMPTY, *(0.5**rank for rank in range(1, _TAIL_BITS + 1)), _LAST, *[0.0] * 9]
_OF_PAIR = np.add.outer(_OF_RANK, _OF_RANK).ravel()

_Hashes = NDArray[np.uint64]
_Registers = NDArray[np.uint8]


@dataclass(frozen=True)
class Distinct:
    """How many there are, with the 95 % interval; low and high are the count where it is exact."""

    count: int
    low: int
    high: int


def sketch_of(hashes: Iterable[int]) -> bytes:
    """Return the sketch of hashes that are evenly spread over 64 bits, signed or not."""
    unsigned = [one & _MASK for one in hashes]
    return _packed(np.unique(np.array(unsigned, dtype=np.uint64)), [])


def merge(sketches: Iterable[bytes]) -> bytes:
    """Return the sketch of all that is in any of them."""
    parts = list(sketches)
    exact = b"".join(part for part in parts if not _is_full(part))
    full = [part for part in parts if _is_full(part)]
    return _packed(np.unique(np.frombuffer(exact, dtype=_HASH).astype(np.uint64)), full)


def count_distinct(sketch: bytes) -> Distinct:
    """Return how many are in a sketch, and the interval in which the true number is."""
    return count_each([sketch])[0]


def count_each(sketches: Sequence[bytes]) -> list[Distinct]:
    """Count every sketch by itself, at a tenth of the price of one after the other."""
    full = [sketch for sketch in sketches if _is_full(sketch)]
    estimates = iter(_estimates(full) if full else [])
    return [
        _about(next(estimates)) if _is_full(sketch) else _exactly(len(sketch) // _HASH.itemsize)
        for sketch in sketches
    ]


def _exactly(count: int) -> Distinct:
    return Distinct(count, count, count)


def _about(count: float) -> Distinct:
    error = _Z_95 * STANDARD_ERROR
    # More than the limit are in it, or it would be exact.
    low = max(EXACT_LIMIT + 1, round(count / (1 + error)))
    return Distinct(max(low, round(count)), low, max(low, round(count / (1 - error))))


def _is_full(sketch: bytes) -> bool:
    return len(sketch) == _REGISTER_BYTES


def _packed(hashes: _Hashes, full: Sequence[bytes]) -> bytes:
    if not full and len(hashes) <= EXACT_LIMIT:
        return hashes.astype(_HASH).tobytes()
    registers = _registers_of(hashes)
    if full:
        registers = np.maximum(registers, _unpacked(full).max(axis=0))
    first, second, third, fourth = registers.reshape(-1, 4).T
    packed = (first << 2 | second >> 4, second << 4 | third >> 2, third << 6 | fourth)
    return np.stack(packed, axis=1).tobytes()


def _unpacked(sketches: Sequence[bytes]) -> _Registers:
    """Return the registers of sketches, one a row: four of six bits in three bytes."""
    whole = np.frombuffer(b"".join(sketches), dtype=np.uint8).reshape(len(sketches), -1, 3)
    first, second, third = whole[..., 0], whole[..., 1], whole[..., 2]
    parts = (
        first >> 2,
        (first & 3) << 4 | second >> 4,
        (second & 15) << 2 | third >> 6,
        third & 63,
    )
    return np.stack(parts, axis=-1).reshape(len(sketches), REGISTERS)


def _registers_of(hashes: _Hashes) -> _Registers:
    """Register the first 1 bit behind the first eleven bits, which choose the register."""
    tails = hashes & np.uint64((1 << _TAIL_BITS) - 1)
    # 53 bits are exact in a double, and the exponent of one is the place of its first bit.
    lengths = np.frexp(tails.astype(np.float64))[1]
    ranks = (_TAIL_BITS + 1 - lengths).astype(np.uint8)
    registers = np.zeros(REGISTERS, dtype=np.uint8)
    np.maximum.at(registers, (hashes >> np.uint64(_TAIL_BITS)).astype(np.int64), ranks)
    return registers


def _estimates(sketches: Sequence[bytes]) -> list[float]:
    return [_estimate(total) for part in _in_parts(sketches) for total in _totals(part)]


def _totals(sketches: Sequence[bytes]) -> list[float]:
    whole = np.frombuffer(b"".join(sketches), dtype=np.uint8).reshape(len(sketches), -1, 3)
    first, second, third = (whole[..., place].astype(np.uint16) for place in range(3))
    pairs = first << 4 | second >> 4, (second & 15) << 8 | third
    totals = _OF_PAIR.take(pairs[0]) + _OF_PAIR.take(pairs[1])
    found: list[float] = totals.sum(axis=1).tolist()
    return found


def _in_parts(sketches: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Yield a few sketches at a time: what they unfold to stays in the cache of the processor."""
    for first in range(0, len(sketches), _AT_ONCE):
        yield sketches[first : first + _AT_ONCE]


def _estimate(total: float) -> float:
    """Return Ertl's estimate from what the pairs of registers of a sketch come to."""
    last, rest = divmod(total, _LAST)
    empty, weight = divmod(rest, _EMPTY)
    weight += REGISTERS * _tau(1 - last / REGISTERS) / (1 << _TAIL_BITS)
    weight += REGISTERS * _sigma(empty / REGISTERS)
    # Nothing is left when every register is full, which no number of people ever comes to.
    return REGISTERS**2 / (2 * log(2) * weight) if weight else float(_MASK)


def _sigma(share: float) -> float:
    if share == 1:
        return inf
    weight, total, before = 1.0, share, -1.0
    while total != before:
        share *= share
        before = total
        total += share * weight
        weight += weight
    return total


def _tau(share: float) -> float:
    if share in (0, 1):
        return 0.0
    weight, total, before = 1.0, 1 - share, -1.0
    while total != before:
        share = sqrt(share)
        before = total
        weight *= 0.5
        total -= (1 - share) ** 2 * weight
    return total / 3
