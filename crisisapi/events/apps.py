"""The event log: one append-only, hash-chained record of every change of state."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "crisisapi.events"
    label = "events"
    verbose_name = "Event log"

    def ready(self) -> None:
        """Start to listen."""
        from crisisapi.events import receivers  # noqa: F401, PLC0415
