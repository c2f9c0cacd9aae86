"""The signals of an incident, from counts of mentions."""

from datetime import timedelta

# Platforms whose mentions count as press; what a source calls them is up to it.
PRESS = frozenset({"news", "press", "newspaper", "magazine", "radio", "tv"})

BASELINE = timedelta(days=28)
LEAST_HISTORY = timedelta(hours=24)
# A brand hardly talked of would seem to explode with its second mention.
LEAST_USUAL = 1.0


def volume_ratio(*, latest: int, hours: float, earlier: int, earlier_hours: float) -> float | None:
    """Return mentions an hour now against mentions an hour before; None without a day of before.

    `latest` mentions fell in the last `hours`; less than an hour counts as a whole one, so that
    the first minutes of an incident are not blown up.
    """
    if earlier_hours < LEAST_HISTORY / timedelta(hours=1):
        return None
    usual = max(LEAST_USUAL, earlier / earlier_hours)
    return latest / max(1.0, hours) / usual
