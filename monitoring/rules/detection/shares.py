"""Is more of the talk negative than on any usual day?

The share of late is a beta-binomial estimate: what is known of the last hours counts, and the
brand's own share as much as thirty mentions, so that three of four at night are nothing. How far
the share of a brand wanders by itself is told by the highest shares of its days (`usual.py`).
"""

import numpy as np

from monitoring.rules.arrays import Flags, Numbers
from monitoring.rules.detection.detector import Detected, rates
from monitoring.rules.detection.usual import DAY, Pace, days_before

# A share needs more mentions than a number of them: of late is an hour.
SHARE = Pace(half_life=12, apart=12)
# The brand's own share is that of weeks, of which half count after one.
_OWN_HALF_LIFE = 7 * DAY
_OWN_WEIGHT = 30.0
# Keeps the logarithm finite where millions are negative, or none.
_LEAST = 1e-9
# What is believed before anything is known: three of ten.
_PRIOR_NEGATIVE, _PRIOR_KNOWN = 3.0, 10.0


def detect_share(negative: Numbers, known: Numbers, missing: Flags) -> Detected:
    """Judge each bucket of five minutes by those up to it; nothing after it is looked at.

    `known` are the mentions whose sentiment is known, `negative` those of them. Counts below 0, as
    corrections leave them, are taken as 0, and no more are negative than are known.
    """
    heard = ~missing
    known = np.maximum(known, 0)
    negative = np.clip(negative, 0, known)
    of_late, all_of_late = (_weighed(part, heard, SHARE.half_life) for part in (negative, known))
    ever, all_ever = (_weighed(part, heard, _OWN_HALF_LIFE) for part in (negative, known))
    own = (ever + _PRIOR_NEGATIVE) / (all_ever + _PRIOR_KNOWN)
    share = (of_late + _OWN_WEIGHT * own) / (all_of_late + _OWN_WEIGHT)
    share = np.clip(share, _LEAST, 1 - _LEAST)
    height = np.log(share / (1 - share))
    days = days_before(height, heard, SHARE)
    return Detected(share, np.where(heard, days.below(height), np.nan), days, _value)


def _weighed(counts: Numbers, heard: Flags, half_life: int) -> Numbers:
    """Return sums in which what came counts half after each half-life."""
    weighed: Numbers = rates(counts, heard, half_life=half_life) / (1 - 0.5 ** (1 / half_life))
    return weighed


def _value(height: Numbers) -> Numbers:
    with np.errstate(over="ignore"):
        share: Numbers = 1 / (1 + np.exp(-height))
        return share
