"""Times that something may be scheduled for."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import InvalidInput
from messaging.rules.holds import FARTHEST


def check_moment(publish_at: datetime | None, now: datetime) -> None:
    """Refuse a time that is not ahead, or more than a year ahead; None (at once) may stand."""
    if publish_at is None:
        return
    if publish_at <= now:
        raise InvalidInput(errors={"publish_at": [_("Give a time that is still to come.")]})
    if publish_at - now > FARTHEST:
        raise InvalidInput(errors={"publish_at": [_("Give a time within a year.")]})
