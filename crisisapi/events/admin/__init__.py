"""The admin of the event log."""

from crisisapi.events.admin import events

__all__ = ["events"]
