"""Routes of this floor."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from incidents.api.assignments import AssignmentViewSet
from incidents.api.clocks import ClockViewSet
from incidents.api.contact_entries import ContactEntryViewSet
from incidents.api.evidence import EvidenceViewSet
from incidents.api.facts import FactViewSet
from incidents.api.goal_metrics import GoalMetricViewSet
from incidents.api.goals import GoalViewSet
from incidents.api.incidents import IncidentViewSet
from incidents.api.involvements import InvolvementViewSet
from incidents.api.lessons import LessonViewSet
from incidents.api.notifications import NotificationViewSet
from incidents.api.playbook_runs import PlaybookRunViewSet
from incidents.api.playbook_versions import PlaybookVersionViewSet
from incidents.api.playbooks import IncidentPlaybooksViewSet, PlaybookViewSet
from incidents.api.response_policies import ResponsePolicyViewSet
from incidents.api.reviews import ReviewViewSet
from incidents.api.run_steps import RunStepViewSet
from incidents.api.shift_notes import ShiftNoteViewSet
from incidents.api.stakeholders import StakeholderViewSet
from incidents.api.tasks import TaskViewSet
from incidents.api.waiting import WaitingViewSet
from incidents.api.workload import WorkloadViewSet

router = SimpleRouter(use_regex_path=False)
router.register("contact-entries", ContactEntryViewSet, basename="contact-entry")
router.register("evidence", EvidenceViewSet, basename="evidence")
router.register("assignments", AssignmentViewSet, basename="assignment")
router.register("clocks", ClockViewSet, basename="clock")
router.register("facts", FactViewSet, basename="fact")
router.register("goals", GoalViewSet, basename="goal")
router.register("incidents", IncidentViewSet, basename="incident")
router.register("involvements", InvolvementViewSet, basename="involvement")
router.register("lessons", LessonViewSet, basename="lesson")
router.register("response-policies", ResponsePolicyViewSet, basename="response-policy")
router.register("playbook-runs", PlaybookRunViewSet, basename="playbook-run")
router.register("playbook-versions", PlaybookVersionViewSet, basename="playbook-version")
router.register("playbooks", PlaybookViewSet, basename="playbook")
router.register("reviews", ReviewViewSet, basename="review")
router.register("run-steps", RunStepViewSet, basename="run-step")
router.register("notifications", NotificationViewSet, basename="notification")
router.register("shift-notes", ShiftNoteViewSet, basename="shift-note")
router.register("stakeholders", StakeholderViewSet, basename="stakeholder")
router.register("tasks", TaskViewSet, basename="task")

urlpatterns = [
    path(
        "incidents/<uuid:pk>/playbooks/",
        IncidentPlaybooksViewSet.as_view({"get": "playbooks"}),
        name="incident-playbooks",
    ),
    path(
        "incidents/<uuid:pk>/waiting/",
        WaitingViewSet.as_view({"get": "waiting"}),
        name="incident-waiting",
    ),
    path("workload/", WorkloadViewSet.as_view({"get": "show"}), name="workload"),
    path("goal-metrics/", GoalMetricViewSet.as_view({"get": "metrics"}), name="goal-metric"),
    *router.urls,
]
