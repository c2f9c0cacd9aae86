"""Fingerprints of posts: MinHash (Broder 1997), kept as bytes of its lowest bits.

Two posts are near-duplicates when they share at least `SAME` of their pieces of five characters
(Jaccard). It is estimated from 128 minima of which one byte each is kept (b-bit minwise hashing,
Li and König 2010): standard error 0.04 at 0.6. All hashes are keyed, so that a fingerprint leads
to no text without the key.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

PIECE = 5
MINIMA = 128
BANDS = 10
ROWS = 2
SAME = 0.5
# Below, too few pieces tell two posts apart: they are the same when every letter is.
SHORTEST = 25
_BY_CHANCE = 1 / 256
_HALF = np.uint64(32)
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
_BASE = 0x9E3779B97F4A7C15
_POWERS = np.array([pow(_BASE, at, 1 << 64) for at in range(PIECE)], np.uint64)
_SIGNED = 1 << 63


class Fingerprint(NamedTuple):
    """What a post is found again by: `exact`, keys of its bands, and the bytes of its minima.

    Keys are signed 64-bit numbers; a short post has its exact key only.
    """

    exact: int
    bands: tuple[int, ...]
    minima: bytes


class Printer:
    """Makes fingerprints under one key; those of two keys have nothing in common."""

    def __init__(self, key: bytes) -> None:
        """Take a key of any length; the same key gives the same fingerprints for good."""
        self._key = hashlib.sha256(key).digest()
        seeds = hashlib.shake_256(self._key).digest(8 * MINIMA)
        self._salts = np.frombuffer(seeds, np.uint64) | np.uint64(1)
        self.number = lru_cache(maxsize=65_536)(self._number)

    def _number(self, said: str) -> int:
        """Return a signed 64-bit number that stands for a word, a link or a text."""
        hashed = hashlib.blake2b(
            said.encode("utf-8", "surrogatepass"), digest_size=8, key=self._key
        )
        return int.from_bytes(hashed.digest(), signed=True)

    def print(self, plain: str) -> Fingerprint:
        """Return the fingerprint of a post as `read_post` leaves it; it must say something."""
        exact = self._number(plain)
        if len(plain) < SHORTEST:
            return Fingerprint(exact, (), b"")
        minima = self._minima(_pieces(plain))
        pairs = minima[: BANDS * ROWS].reshape(BANDS, ROWS)
        places = np.arange(1, BANDS + 1, dtype=np.uint64)
        bands = _mix(pairs[:, 0] ^ _mix(pairs[:, 1] + places))
        return Fingerprint(exact, tuple(map(_as_signed, bands)), minima.astype(np.uint8).tobytes())

    def _minima(self, pieces: Hashes) -> Hashes:
        # Multiplying by an odd number is a permutation; the pieces are spread already.
        minima: Hashes = (pieces[None, :] * self._salts[:, None]).min(axis=1)
        return minima


def alike(one: bytes, other: bytes) -> float:
    """Return the estimated share of pieces that two fingerprints have in common, 0 to 1."""
    if not one or not other:
        return 0.0
    equal = np.frombuffer(one, np.uint8) == np.frombuffer(other, np.uint8)
    return max(0.0, (float(equal.mean()) - _BY_CHANCE) / (1 - _BY_CHANCE))


def most_alike(one: bytes, others: Iterable[bytes]) -> tuple[int, float]:
    """Return the place of the fingerprint that is most alike, the first of several, and how far."""
    best, place = 0.0, -1
    for at, other in enumerate(others):
        found = alike(one, other)
        if found > best:
            best, place = found, at
    return place, best


def _pieces(plain: str) -> Hashes:
    codes = np.frombuffer(f" {plain} ".encode("utf-32-le", "surrogatepass"), np.uint32)
    windows = np.lib.stride_tricks.sliding_window_view(codes.astype(np.uint64), PIECE)
    return np.unique(_mix((windows * _POWERS).sum(axis=1, dtype=np.uint64)))


def _mix(hashes: Hashes) -> Hashes:
    hashes = (hashes ^ (hashes >> _HALF)) * _SPREAD
    hashes = (hashes ^ (hashes >> _HALF)) * _SPREAD
    mixed: Hashes = hashes ^ (hashes >> _HALF)
    return mixed


def _as_signed(number: np.uint64) -> int:
    value = int(number)
    return value - 2 * _SIGNED if value >= _SIGNED else value
