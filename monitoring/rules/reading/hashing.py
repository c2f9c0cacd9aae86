"""Words, pairs of words and pieces of words as 64-bit hashes, many texts at once, by numpy alone.

A piece's hash is the polynomial of its characters over 2^64, taken from sums of prefixes, so that
every piece of every length costs one subtraction and one product (Karp and Rabin 1987).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

PIECES = (2, 3, 4, 5)  # lengths in characters, a word's two edges counted
GLUED = frozenset(map(ord, "והבלמשכ"))  # Hebrew's one-letter prefixes
SHORTEST_STEM = 3

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_SPACE, _NEWLINE = ord(" "), ord("\n")
_PAIR, _STEM = np.uint64(3), np.uint64(5)


class Block(NamedTuple):
    """Hashes of one sort of feature, and for each the number of its text."""

    hashes: Hashes
    texts: Places


class Features(NamedTuple):
    """What is known of so many texts."""

    texts: int
    words: Block
    pieces: Block


class _Line(NamedTuple):
    """All texts in one array of characters, with the sums that hashes are read from."""

    codes: npt.NDArray[np.uint32]
    blank: npt.NDArray[np.bool_]
    texts: Places
    sums: Hashes
    inverses: Hashes

    def hash(self, starts: Places, ends: Places) -> Hashes:
        hashes: Hashes = mix((self.sums[ends] - self.sums[starts]) * self.inverses[starts])
        return hashes


def hash_texts(prepared: Sequence[str]) -> Features:
    """Hash texts as `prepare` leaves them."""
    line = _line(prepared)
    return Features(len(prepared), _words(line), _pieces(line))


def salted(hashes: Hashes, salt: int) -> Hashes:
    """Other hashes of the same features, so that one table can hold several opinions of them."""
    other: Hashes = mix(hashes ^ np.uint64(salt * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF))
    return other


def mix(hashes: Hashes) -> Hashes:
    """Spread every bit over all bits (the finaliser of Wang's and Moremur's hashes)."""
    hashes = (hashes ^ (hashes >> _HALF)) * _SPREAD
    hashes = (hashes ^ (hashes >> _HALF)) * _SPREAD
    return hashes ^ (hashes >> _HALF)


def word_hashes(words: Iterable[str]) -> Hashes:
    """The hashes that single words have in texts."""
    hashed = [hash_texts([word]).words.hashes[:1] for word in words]
    return np.concatenate(hashed) if hashed else np.empty(0, np.uint64)


def _line(prepared: Sequence[str]) -> _Line:
    told = "".join(f" {text} \n" for text in prepared)
    codes = np.frombuffer(told.encode("utf-32-le", "surrogatepass"), np.uint32)
    newlines = codes == _NEWLINE
    powers, inverses = _powers(max(1 << 17, 1 << len(codes).bit_length()))
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(mix(codes + np.uint64(1)) * powers[: len(codes)], out=sums[1:])
    texts = np.cumsum(newlines) - newlines
    return _Line(codes, newlines | (codes == _SPACE), texts, sums, inverses)


@cache
def _powers(length: int) -> tuple[Hashes, Hashes]:
    powers = np.full(length, _BASE, np.uint64)
    inverses = np.full(length, _INVERSE, np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers, dtype=np.uint64), np.cumprod(inverses, dtype=np.uint64)


def _words(line: _Line) -> Block:
    """Words, pairs of neighbours, and Hebrew words without a glued prefix."""
    starts = np.flatnonzero(~line.blank[1:] & line.blank[:-1]) + 1
    ends = np.flatnonzero(~line.blank[:-1] & line.blank[1:]) + 1
    texts, words = line.texts[starts], line.hash(starts, ends)
    blocks = [(words, texts)]
    together = texts[1:] == texts[:-1]
    pairs = mix(words[:-1] * _PAIR + words[1:])
    blocks.append((pairs[together], texts[:-1][together]))
    glued = np.isin(line.codes[starts], list(GLUED)) & (ends - starts > SHORTEST_STEM)
    blocks.append((line.hash(starts[glued] + 1, ends[glued]) ^ _STEM, texts[glued]))
    return _joined(blocks)


def _pieces(line: _Line) -> Block:
    """Runs of characters inside words, each word with the blank at both its edges."""
    blanks = np.concatenate([[0], np.cumsum(line.blank)])
    newlines = line.codes == _NEWLINE
    blocks = []
    for length in PIECES:
        starts = np.arange(max(0, len(line.codes) - length + 1))
        ends = starts + length
        inside = (blanks[ends - 1] == blanks[starts + 1]) & ~newlines[ends - 1] & ~newlines[starts]
        inside &= ~(line.blank[starts] & line.blank[starts + 1])  # the two edges of no word
        starts, ends = starts[inside], ends[inside]
        blocks.append((line.hash(starts, ends), line.texts[starts]))
    return _joined(blocks)


def _joined(blocks: list[tuple[Hashes, Places]]) -> Block:
    return Block(
        np.concatenate([block[0] for block in blocks]),
        np.concatenate([block[1] for block in blocks]),
    )
