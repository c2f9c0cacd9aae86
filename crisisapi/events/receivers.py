"""What the log hears from the floor below."""

from typing import Any

from django.dispatch import receiver

from crisisapi.accounts.signals import account_changed
from crisisapi.events.services.log import record_event


@receiver(account_changed, dispatch_uid="events.record_account_change")
def record_account_change(*, signal: object, sender: object, **change: Any) -> None:
    """Record a change of brands, members or keys."""
    record_event(**change)
