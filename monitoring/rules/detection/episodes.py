"""Storms with a beginning and an end: when each began, and when the talk was as usual again."""

from dataclasses import dataclass

import numpy as np

from monitoring.rules.detection.judging import Judged
from monitoring.rules.detection.usual import DAY

# So long the talk has to be as usual before a storm is over, in buckets that were heard.
STAYS = 12
# What lasts longer is over once it would raise no alert any more: it has become usual.
LONGEST = 7 * DAY


@dataclass(frozen=True)
class Episode:
    """A storm by its buckets: where it began, was highest, and had ended (None: it lasts).

    It is known to have ended at `known`, an hour after the end, and never taken back.
    """

    began: int
    highest: int
    ended: int | None = None
    known: int | None = None


def episodes(judged: Judged, *, pause: int = DAY) -> list[Episode]:
    """Return the storms of a series in their order; none begins for `pause` buckets after one did.

    While one lasts no other begins.
    """
    found: list[Episode] = []
    free_from = 0
    for at in np.flatnonzero(judged.is_over).tolist():
        if at >= free_from:
            found.append(episode(judged, began=at))
            known = found[-1].known
            free_from = len(judged.is_over) if known is None else max(at + pause, known + 1)
    return found


def episode(judged: Judged, *, began: int, level: float | None = None) -> Episode:
    """Return the storm that began in a bucket, as far as it is known.

    It is over when the talk has stayed at or below `level` for an hour: that of the time it began,
    since a storm that lasts becomes usual. After a week it has: then the level is what raises an
    alert. Before, that is well above the level, so that a storm does not begin and end by turns.
    """
    began = max(0, began)
    calm = judged.limit.copy()
    calm[began : began + LONGEST] = judged.calm[began] if level is None else level
    places = began + np.flatnonzero(judged.heard[began:])
    # Where a share has too little to go by, nothing is said against the calm.
    is_calm = ~(judged.observed[places] > calm[places])
    total = np.concatenate([[0], np.cumsum(is_calm)])
    ends = np.flatnonzero(total[STAYS:] - total[:-STAYS] == STAYS)
    ended = known = None
    if ends.size:
        ended, known = int(places[ends[0]]), int(places[ends[0] + STAYS - 1])
    stretch = judged.observed[began : len(judged.observed) if ended is None else ended + 1]
    highest = int(np.argmax(np.where(np.isnan(stretch), -np.inf, stretch)))
    return Episode(began, began + highest, ended, known)
