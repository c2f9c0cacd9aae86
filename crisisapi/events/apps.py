"""The event log: one append-only, hash-chained record of every change of state."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "crisisapi.events"
    label = "events"
    verbose_name = _("Event log")

    def ready(self) -> None:
        """Start to listen."""
        from crisisapi.events import receivers  # noqa: F401, PLC0415
