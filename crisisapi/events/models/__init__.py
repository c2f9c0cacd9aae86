"""The event log."""

from crisisapi.events.models.event import ChainHead, Event

__all__ = ["ChainHead", "Event"]
