"""Live sessions that nobody ended, or started: over a while after their time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import StaleVersion
from messaging.models import TAKING_SESSIONS, LiveSession, LiveSessionStatus
from messaging.services.live_sessions import cancel_session, end_session
from messaging.services.steps import WrongStatus

# Hosts run over; after that nobody is there to end it.
GRACE = timedelta(hours=2)


def due_sessions(*, now: datetime) -> list[UUID]:
    """Return the ids of sessions that nobody ended, or started, long after their time."""
    rows = LiveSession.objects.filter(status__in=TAKING_SESSIONS, ends_at__lte=now - GRACE)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:200])


def turn_session(*, session_id: UUID, now: datetime) -> None:
    """End what nobody ended, cancel what nobody started; whoever comes second changes nothing."""
    session = LiveSession.objects.get(pk=session_id)
    turned: dict[str, Any] = {
        "session": session,
        "actor": SYSTEM,
        "now": now,
        "expected_version": session.version,
    }
    try:
        if session.ends_at > now - GRACE:
            return
        if session.status == LiveSessionStatus.LIVE:
            end_session(**turned)
        elif session.status == LiveSessionStatus.ANNOUNCED:
            cancel_session(**turned, reason=str(_("Nobody started it.")))
    except (StaleVersion, WrongStatus):
        return
