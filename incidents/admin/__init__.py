"""The admin of this floor."""

from incidents.admin import (
    assignments,
    clocks,
    evidence,
    facts,
    goals,
    incidents,
    lessons,
    notifications,
    playbook_runs,
    playbooks,
    response_policies,
    reviews,
    shift_notes,
    stakeholders,
    tasks,
)

__all__ = [
    "assignments",
    "clocks",
    "evidence",
    "facts",
    "goals",
    "incidents",
    "lessons",
    "notifications",
    "playbook_runs",
    "playbooks",
    "response_policies",
    "reviews",
    "shift_notes",
    "stakeholders",
    "tasks",
]
