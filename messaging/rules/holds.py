"""What a hold covers, and when a schedule was missed."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

# So far ahead may something be scheduled.
FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Brake:
    """A standing hold: its channels (none: all), its incident, whether it spares that one."""

    channels: Set[UUID]
    incident_id: UUID | None = None
    spares_incident: bool = True
    is_drill: bool = False


@dataclass(frozen=True)
class Load:
    """What wants to leave: through which channel, about which incident, in a drill or not."""

    channel_id: UUID
    incident_id: UUID
    is_drill: bool = False


def covers(brake: Brake, load: Load) -> bool:
    """Say whether the hold stops it.

    A hold of a drill stops only what belongs to drills: practice must not stop real posts.
    """
    if brake.channels and load.channel_id not in brake.channels:
        return False
    if brake.is_drill and not load.is_drill:
        return False
    return not (brake.spares_incident and brake.incident_id == load.incident_id)


def is_missed(*, not_before: datetime | None, now: datetime, grace: timedelta) -> bool:
    """Say whether the time something was scheduled for is past by more than the grace."""
    return not_before is not None and now - not_before > grace
