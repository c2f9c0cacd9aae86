"""Silence that no calm explains: the sources were not heard."""

import numpy as np

from monitoring.rules.arrays import Flags, Numbers

_HOUR = 12
# The calm hours of a day have about this share of the usual talk.
_CALM = 0.2
# exp(-20): nobody waits for so many mentions in vain.
_IN_VAIN = 20.0
_LEAST = 6


def find_gaps(mentions: Numbers) -> Flags:
    """Return which buckets of five minutes lie in a silence too long to be one.

    As long as twenty mentions would take in calm hours, and half an hour at least. What comes
    before the first mention is no gap.
    """
    gaps = np.zeros(len(mentions), dtype=bool)
    hours = mentions[: len(mentions) // _HOUR * _HOUR].reshape(-1, _HOUR).sum(axis=1)
    heard = np.flatnonzero(mentions)
    if not heard.size or not hours.any():
        return gaps
    usual = float(np.median(hours[hours > 0])) / _HOUR * _CALM
    least = max(_LEAST, _IN_VAIN / usual)
    edges = np.concatenate([heard, [len(mentions)]])
    for start, end in zip(edges[:-1] + 1, edges[1:], strict=True):
        gaps[start:end] = end - start >= least
    return gaps
