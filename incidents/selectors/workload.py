"""How much each member and each department has on their hands."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q

from crisisapi.accounts.models import Brand, Department, Member
from incidents.models import Assignment, IncidentRole, TaskKind
from incidents.models.assignment import AssignmentQuerySet
from incidents.models.incident import OVER
from incidents.models.task import TaskQuerySet


@dataclass(frozen=True)
class Load:
    """Unfinished tasks, how many of them are late or promised in public, the oldest due time."""

    open_tasks: int = 0
    late_tasks: int = 0
    open_commitments: int = 0
    oldest_due_at: datetime | None = None

    def plus(self, other: "Load") -> "Load":
        """Return both together."""
        due = [at for at in (self.oldest_due_at, other.oldest_due_at) if at]
        return Load(
            self.open_tasks + other.open_tasks,
            self.late_tasks + other.late_tasks,
            self.open_commitments + other.open_commitments,
            min(due, default=None),
        )


@dataclass(frozen=True)
class MemberLoad:
    """A member, their load, and their roles in incidents that are not over."""

    member: Member
    load: Load = field(default_factory=Load)
    assignments: tuple[Assignment, ...] = ()

    @property
    def led_incidents(self) -> int:
        """How many of the incidents they lead."""
        return sum(one.role == IncidentRole.LEAD for one in self.assignments)


@dataclass(frozen=True)
class Workload:
    """The load of every member and of every department."""

    members: list[MemberLoad]
    departments: dict[str, Load]


def read_workload(
    brand: Brand, *, tasks: TaskQuerySet, assignments: AssignmentQuerySet, now: datetime
) -> Workload:
    """Return who has how much to do, the most pressed first; three queries for any brand.

    `tasks` and `assignments` are those the caller may see. A task counts for its owner; for the
    department it names, or else that of its owner.
    """
    members = Member.objects.filter(brand=brand).select_related("user")
    loads = {member.user_id: MemberLoad(member) for member in members}
    departments = dict.fromkeys(Department.values, Load())
    for owner_id, named, load in _loads(tasks.filter(brand=brand), now):
        owned = loads.get(owner_id) if owner_id else None
        if owned is not None:
            loads[owned.member.user_id] = replace(owned, load=owned.load.plus(load))
        if department := named or (owned.member.department if owned else ""):
            departments[department] = departments[department].plus(load)
    for person_id, held in _held(assignments.filter(brand=brand)).items():
        if person_id in loads:
            loads[person_id] = replace(loads[person_id], assignments=tuple(held))
    return Workload(sorted(loads.values(), key=_pressed_first), departments)


def _loads(tasks: TaskQuerySet, now: datetime) -> Iterable[tuple[UUID | None, str, Load]]:
    rows: Any = (
        tasks.unfinished()
        .order_by()
        .values_list("owner_id", "department")
        .annotate(
            open_tasks=Count("pk"),
            late_tasks=Count("pk", filter=Q(due_at__lt=now)),
            open_commitments=Count("pk", filter=Q(kind=TaskKind.COMMITMENT)),
            oldest_due_at=Min("due_at"),
        )
    )
    return [(owner_id, department, Load(*counts)) for owner_id, department, *counts in rows]


def _held(assignments: AssignmentQuerySet) -> dict[UUID, list[Assignment]]:
    held: dict[UUID, list[Assignment]] = {}
    living = assignments.current().exclude(incident__status__in=OVER)
    for one in living.select_related("incident").order_by("created_at", "id"):
        held.setdefault(one.person_id, []).append(one)
    return held


def _pressed_first(one: MemberLoad) -> tuple[int, int, int, str]:
    load = one.load
    name = one.member.user.display_name
    return (-load.late_tasks, -load.open_tasks, -len(one.assignments), name)
