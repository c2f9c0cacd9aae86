"""The admin of this floor."""

from incidents.admin import facts, goals, incidents, lessons, stakeholders

__all__ = ["facts", "goals", "incidents", "lessons", "stakeholders"]
