"""Is a query silent that usually is not? Told as for sources (`monitoring/rules/silence.py`).

Days are compared at the same clock times of the brand, since people sleep by the clock: the only
place in early warning where a time zone and its changes matter.
"""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from monitoring.rules.detection.judging import Counted, Judgement, Kind
from monitoring.rules.silence import HOUR, silence_of
from monitoring.rules.windows import bucket_start


def judge_silence(counted: Counted, *, now: datetime, zone: ZoneInfo) -> Judgement | None:
    """Return the silence that lasts now, from its beginning on; None for none.

    `observed` is its length in hours, `usual` how many mentions an hour it should have brought,
    and `unusual` how sure it is that some had come. It needs three days heard before it, eight to
    know what this day of the week is like. That all of the brand is silent is no reason not to
    tell: that nobody listened is what sources tell of themselves.
    """
    spoken, heard = np.flatnonzero(counted.mentions > 0), np.flatnonzero(~counted.missing)
    if not spoken.size or not heard.size:
        return None
    heard_at = min(now, counted.moment(int(spoken[-1]) + 1))
    silence = silence_of(
        _by_hour(counted),
        heard_at=heard_at,
        known_since=counted.moment(int(heard[0])),
        now=now,
        zone=zone,
    )
    if silence is None:
        return None
    return Judgement(
        kind=Kind.SILENCE,
        at=heard_at,
        observed=(now - heard_at) / HOUR,
        usual=silence.usual,
        limit=None,
        unusual=1 - float(np.exp(-silence.expected)),
        is_over=True,
    )


def _by_hour(counted: Counted) -> dict[datetime, int]:
    hours: dict[datetime, int] = defaultdict(int)
    for place in np.flatnonzero(counted.mentions > 0).tolist():
        hours[bucket_start(counted.moment(place), HOUR)] += int(counted.mentions[place])
    return hours
