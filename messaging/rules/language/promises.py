"""When what is promised in a sentence is due."""

from datetime import datetime, time, timedelta
from math import isfinite

from messaging.rules.language.claims import claims_of
from messaging.rules.language.clauses import Parsed
from messaging.rules.language.moments import moments_of, next_day

# Five years: what is said to take longer is no date to keep.
FARTHEST_HOURS = 5 * 366 * 24
# A day without an hour lasts until it ends.
_END_OF_DAY = time(23, 59)


def due_of(sentence: str, *, now: datetime) -> datetime | None:
    """Return when it is due, in the zone of `now`; None without a time, or with one gone by."""
    text = Parsed(sentence)
    for claim in claims_of(text):
        hours = claim.high if isfinite(claim.high) else claim.low
        if claim.kind == "deadline" and 0 < hours <= FARTHEST_HOURS:
            return now + timedelta(hours=hours)
    for moment in moments_of(text, now=now):
        day = next_day(moment, now=now) or now.date()
        due = datetime.combine(day, moment.hour or _END_OF_DAY, tzinfo=now.tzinfo)
        if due > now:
            return due
    return None
