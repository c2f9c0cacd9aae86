"""How long to wait before a source is asked again."""

from datetime import timedelta

LONGEST = timedelta(hours=1)
# What a platform may ask for; a header that says more is a mistake, or a plan that is used up.
LONGEST_ASKED = timedelta(hours=24)


def next_wait(interval: timedelta, *, failures: int, asked: float | None = None) -> timedelta:
    """Return the wait after so many failures in a row, at least one.

    The interval doubles with each failure up to an hour (or stays, where it is longer). What the
    platform asked for, in seconds, is kept instead, up to a day.
    """
    if asked is not None:
        return min(timedelta(seconds=max(1.0, asked)), LONGEST_ASKED)
    times: int = 2 ** min(failures - 1, 12)
    return min(interval * times, max(LONGEST, interval))
