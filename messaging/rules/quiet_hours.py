"""When somebody may be told: quiet hours and digests, in the time zone of their brand."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# What happens in one go is told in one go.
SETTLE = timedelta(seconds=5)


def awake_at(
    moment: datetime, *, quiet_from: time | None, quiet_until: time | None, zone: ZoneInfo
) -> datetime:
    """Return the moment, or the end of the quiet hours it falls into; UTC in, UTC out.

    Hours that end before they begin reach over midnight; without both, or with both the same,
    nothing is quiet. An end that the clock skips in spring is the moment it skips to.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return moment
    local = moment.astimezone(zone)
    clock = local.time()
    if quiet_from < quiet_until:
        if not quiet_from <= clock < quiet_until:
            return moment
        day = local.date()
    elif clock >= quiet_from:
        day = local.date() + timedelta(days=1)
    elif clock < quiet_until:
        day = local.date()
    else:
        return moment
    return datetime.combine(day, quiet_until, tzinfo=zone).astimezone(moment.tzinfo)


def digest_at(moment: datetime, *, minutes: int, zone: ZoneInfo) -> datetime:
    """Return when the next digest leaves: the next full step of so many minutes of local day."""
    local = moment.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = int((moment - midnight.astimezone(moment.tzinfo)).total_seconds() // 60)
    step = (passed // minutes + 1) * minutes
    return midnight.astimezone(moment.tzinfo) + timedelta(minutes=step)
