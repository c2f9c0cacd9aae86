"""What is happening: incidents and what belongs to them."""

from incidents.models.assignment import Assignment, IncidentRole
from incidents.models.evidence import Evidence, EvidenceFile, EvidenceKind
from incidents.models.fact import Fact, FactStatus
from incidents.models.goal import Goal, GoalState
from incidents.models.incident import Incident, Status
from incidents.models.lesson import Lesson, LessonStatus
from incidents.models.notification import Notification
from incidents.models.reference import ReferenceCounter
from incidents.models.response_policy import ResponsePolicy
from incidents.models.stakeholder import Stakeholder
from incidents.models.task import Task, TaskKind, TaskPriority, TaskStatus

__all__ = [
    "Assignment",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "Fact",
    "FactStatus",
    "Goal",
    "GoalState",
    "Incident",
    "IncidentRole",
    "Lesson",
    "LessonStatus",
    "Notification",
    "ReferenceCounter",
    "ResponsePolicy",
    "Stakeholder",
    "Status",
    "Task",
    "TaskKind",
    "TaskPriority",
    "TaskStatus",
]
