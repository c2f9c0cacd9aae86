"""The admin of this floor."""

from incidents.admin import (
    evidence,
    facts,
    goals,
    incidents,
    lessons,
    response_policies,
    stakeholders,
)

__all__ = [
    "evidence",
    "facts",
    "goals",
    "incidents",
    "lessons",
    "response_policies",
    "stakeholders",
]
