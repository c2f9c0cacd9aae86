"""The admin of this floor."""

from incidents.admin import (
    evidence,
    facts,
    goals,
    incidents,
    lessons,
    playbook_runs,
    playbooks,
    response_policies,
    reviews,
    stakeholders,
)

__all__ = [
    "evidence",
    "facts",
    "goals",
    "incidents",
    "lessons",
    "playbook_runs",
    "playbooks",
    "response_policies",
    "reviews",
    "stakeholders",
]
