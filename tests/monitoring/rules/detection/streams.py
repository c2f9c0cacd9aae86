"""Series of counts for tests: usual days, and what comes on top."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.judging import Counted, Judged
from monitoring.rules.detection.usual import DAY

START = datetime(2026, 3, 1, tzinfo=UTC)
_ARRAYS = ("mentions", "known", "negative", "reach", "missing")


def usual(seed: int, days: int = 21, level: float = 10.0) -> Numbers:
    """Return counts with a day's and a week's course, more spread than chance alone makes."""
    random = np.random.default_rng(seed)
    hours = np.arange(days * DAY) / 12
    means = level * np.exp(0.6 * np.sin(2 * np.pi * hours / 24))
    means *= np.where(hours // 24 % 7 >= 5, 0.7, 1)
    return random.poisson(means * random.gamma(5, 1 / 5, len(means))).astype(float)


def counted(mentions: Numbers, **others: Any) -> Counted:
    """Return counts of mentions, all of them neutral and without reach where nothing is said."""
    told: dict[str, Any] = {name: np.zeros(len(mentions)) for name in ("negative", "reach")}
    told |= {"known": mentions, "missing": np.zeros(len(mentions), dtype=bool)} | others
    return Counted(started_at=START, mentions=mentions, **told)


def cut(series: Counted, length: int) -> Counted:
    """Return the beginning of a series."""
    return replace(series, **{name: getattr(series, name)[:length] for name in _ARRAYS})


def same(one: Judged, other: Judged, *, until: int | None = None) -> bool:
    """Say whether two judgements say the same of the buckets of both, or of those until one."""
    length = min(len(one.observed), len(other.observed)) if until is None else until
    return all(
        np.array_equal(getattr(one, name)[:length], getattr(other, name)[:length], equal_nan=True)
        for name in ("observed", "usual", "limit", "unusual", "is_over", "heard")
    )
