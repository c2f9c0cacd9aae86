"""When the next report of a schedule is due."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def next_slot(
    *, hours: int | None, at: time | None, weekday: int | None, after: datetime, zone: ZoneInfo
) -> datetime:
    """Return the first slot after a moment.

    Every few hours begin at full hours of the local day: with 4 at 0:00, 4:00, 8:00 … Days and
    weeks (Monday is 1) go by the clock on the wall, so that nine o'clock stays nine o'clock when
    the clock is changed; a time that the change leaves out comes an hour later.
    """
    local = after.astimezone(zone)
    if hours is not None:
        return _next_hours(hours, local)
    day = local.date() - DAY
    while True:
        slot = datetime.combine(day, at or time(), tzinfo=zone)
        if slot.timestamp() > after.timestamp() and weekday in (None, day.isoweekday()):
            return slot
        day += DAY


def _next_hours(hours: int, local: datetime) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    slots = [midnight + timedelta(hours=hour) for hour in range(0, 24, hours)]
    slots.append(midnight + DAY)
    return next(slot for slot in slots if slot.timestamp() > local.timestamp())
