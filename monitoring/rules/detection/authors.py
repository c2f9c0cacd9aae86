"""Is there one account that alone brings more than the loudest of any usual day?

What each author brought within the last day is compared with the highest that any author brought
on each of the days before, as storms of talk are compared (`usual.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.detector import share_below
from monitoring.rules.detection.judging import Judgement, Kind, Measure
from monitoring.rules.detection.usual import days_known

# Keep the logarithm of nothing finite: about a third of this in a day tells nothing of an author,
# however quiet the brand always was.
_FLOORS = {Measure.MENTIONS: 20.0, Measure.REACH: 30_000.0}
# The loudest of days differ by a factor of e^0.5 or so, as is believed before anything is known.
_DEVIATION = 0.5
MOST_AUTHORS = 5


@dataclass(frozen=True)
class Loud:
    """An author who alone brings unusually much, and of what."""

    author: int
    measure: Measure
    judgement: Judgement


@dataclass(frozen=True)
class Brought:
    """What authors brought within the last day, in arrays as long as there are authors.

    `highest` is the most that one of them brought on each day before, NaN for one that nobody
    heard, up to fourteen: the day that ended a day ago, the one before it, and so on.
    """

    measure: Literal[Measure.MENTIONS, Measure.REACH]
    authors: Numbers
    amounts: Numbers
    highest: Numbers


def loud_authors(brought: Brought, *, at: datetime, alarms_a_week: float) -> list[Loud]:
    """Return the authors who brought more than usual days exceed so often a week, loudest first.

    Nobody can tell without one day before. Refuses a rate of alarms that is not between 0 and 7.
    """
    below, floor = share_below(alarms_a_week), _FLOORS[brought.measure]
    days = days_known(np.log(np.maximum(brought.highest, 0) + floor), deviation=_DEVIATION)
    with np.errstate(over="ignore"):
        usual, limit = (float(np.exp(days.height(share)[0]) - floor) for share in (0.5, below))
    amounts = np.maximum(brought.amounts, 0)
    unusual = days.below(np.log(amounts + floor))
    loudest = np.lexsort((brought.authors, -amounts))
    return [
        Loud(
            int(brought.authors[one]),
            brought.measure,
            Judgement(
                Kind.AUTHOR,
                at,
                float(amounts[one]),
                usual,
                limit,
                float(unusual[one]),
                is_over=True,
            ),
        )
        for one in loudest[:MOST_AUTHORS].tolist()
        if unusual[one] >= below
    ]
