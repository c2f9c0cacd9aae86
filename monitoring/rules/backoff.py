"""How long to wait before a source is asked again."""

from datetime import timedelta

LONGEST = timedelta(hours=1)
# What a platform may ask for; a header that says more is a mistake, or a plan that is used up.
LONGEST_ASKED = timedelta(hours=24)


# The connection is gone, or never came: the platform said nothing against us.
_BREAKS = frozenset({"cut", "ended", "timed_out", "not_reached"})
_LONGEST_BREAK = 16
_FIRST_REFUSED, _LONGEST_REFUSED = 5, 320
_FIRST_RATE, _LONGEST_RATE = 60, 960
_FOR_A_PERSON = timedelta(minutes=5)


def is_break(code: str) -> bool:
    """Say whether a stream only broke off, as streams do now and then."""
    return code in _BREAKS


def next_connect(
    code: str, *, failures: int, asked: float | None = None, needs_person: bool = False
) -> timedelta:
    """Return the wait before a stream is opened again, after so many failures in a row.

    What only broke is opened again at once, then after 1 s doubling to 16 s; what was refused
    after 5 s doubling to 320 s; too much asked after a minute doubling to 16 (X's own rules,
    https://docs.x.com/x-api/fundamentals/handling-disconnections). What the platform asked for
    goes before all; what needs a person is tried every five minutes and ever less.
    """
    if asked is not None or needs_person:
        return next_wait(_FOR_A_PERSON, failures=failures, asked=asked)
    times: int = 2 ** min(failures - 1, 12)
    if is_break(code):
        return timedelta(seconds=0 if failures == 1 else min(times / 2, _LONGEST_BREAK))
    if code == "rate_limited":
        return timedelta(seconds=min(_FIRST_RATE * times, _LONGEST_RATE))
    return timedelta(seconds=min(_FIRST_REFUSED * times, _LONGEST_REFUSED))


def next_wait(interval: timedelta, *, failures: int, asked: float | None = None) -> timedelta:
    """Return the wait after so many failures in a row, at least one.

    The interval doubles with each failure up to an hour (or stays, where it is longer). What the
    platform asked for, in seconds, is kept instead, up to a day.
    """
    if asked is not None:
        return min(timedelta(seconds=max(1.0, asked)), LONGEST_ASKED)
    times: int = 2 ** min(failures - 1, 12)
    return min(interval * times, max(LONGEST, interval))
