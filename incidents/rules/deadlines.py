"""When somebody is warned that something is due."""

from datetime import datetime, timedelta

# Warned when a fifth of the time is left, yet not sooner than a day and not later than a minute.
SHARE = 5
EARLIEST = timedelta(days=1)
LATEST = timedelta(minutes=1)


def warn_at(*, began_at: datetime, due_at: datetime) -> datetime:
    """Return when to say that it is due soon."""
    ahead = min(EARLIEST, max(LATEST, (due_at - began_at) / SHARE))
    return max(began_at, due_at - ahead)
