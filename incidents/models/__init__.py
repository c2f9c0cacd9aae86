"""What is happening: incidents and what belongs to them."""

from incidents.models.assessment import (
    CrisisHistory,
    Harm,
    LegalExposure,
    PriorReputation,
    Severity,
)
from incidents.models.assignment import Assignment, IncidentRole
from incidents.models.clock import Clock, ClockKind, ClockState
from incidents.models.contact_entry import ContactEntry
from incidents.models.evidence import Evidence, EvidenceFile, EvidenceKind
from incidents.models.fact import Bearing, Fact, FactStatus
from incidents.models.goal import BaselineFrom, Goal, GoalMeasurement, GoalState
from incidents.models.incident import Incident, Kind, Legitimacy, Responsibility, Status
from incidents.models.incident_relation import IncidentRelation
from incidents.models.involvement import Involvement
from incidents.models.lesson import Lesson, LessonStatus
from incidents.models.notification import Notification, add_sentences, details_read, sentence_of
from incidents.models.playbook import OnOpening, Playbook, PlaybookVersion, VersionStatus
from incidents.models.playbook_run import PlaybookRun, RunState, RunStep, StepKind, StepState
from incidents.models.recalled_lesson import RecalledLesson
from incidents.models.reference import ReferenceCounter
from incidents.models.response_policy import ResponsePolicy
from incidents.models.review import Review, ReviewStatus
from incidents.models.shift_note import ShiftNote, ShiftNoteKind
from incidents.models.stakeholder import Stakeholder, StanceChange
from incidents.models.task import Task, TaskKind, TaskPriority, TaskStatus

__all__ = [
    "Assignment",
    "BaselineFrom",
    "Bearing",
    "Clock",
    "ClockKind",
    "ClockState",
    "ContactEntry",
    "CrisisHistory",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "Fact",
    "FactStatus",
    "Goal",
    "GoalMeasurement",
    "GoalState",
    "Harm",
    "Incident",
    "IncidentRelation",
    "IncidentRole",
    "Involvement",
    "Kind",
    "LegalExposure",
    "Legitimacy",
    "Lesson",
    "LessonStatus",
    "Notification",
    "OnOpening",
    "Playbook",
    "PlaybookRun",
    "PlaybookVersion",
    "PriorReputation",
    "RecalledLesson",
    "ReferenceCounter",
    "ResponsePolicy",
    "Responsibility",
    "Review",
    "ReviewStatus",
    "RunState",
    "RunStep",
    "Severity",
    "ShiftNote",
    "ShiftNoteKind",
    "Stakeholder",
    "StanceChange",
    "Status",
    "StepKind",
    "StepState",
    "Task",
    "TaskKind",
    "TaskPriority",
    "TaskStatus",
    "VersionStatus",
    "add_sentences",
    "details_read",
    "sentence_of",
]
