"""Routes of this floor."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from incidents.api.evidence import EvidenceViewSet
from incidents.api.facts import FactViewSet
from incidents.api.goals import GoalViewSet
from incidents.api.incidents import IncidentViewSet
from incidents.api.lessons import LessonViewSet
from incidents.api.playbook_runs import PlaybookRunViewSet
from incidents.api.playbook_versions import PlaybookVersionViewSet
from incidents.api.playbooks import IncidentPlaybooksViewSet, PlaybookViewSet
from incidents.api.response_policies import ResponsePolicyViewSet
from incidents.api.reviews import ReviewViewSet
from incidents.api.run_steps import RunStepViewSet
from incidents.api.stakeholders import StakeholderViewSet

router = SimpleRouter(use_regex_path=False)
router.register("evidence", EvidenceViewSet, basename="evidence")
router.register("facts", FactViewSet, basename="fact")
router.register("goals", GoalViewSet, basename="goal")
router.register("incidents", IncidentViewSet, basename="incident")
router.register("lessons", LessonViewSet, basename="lesson")
router.register("response-policies", ResponsePolicyViewSet, basename="response-policy")
router.register("playbook-runs", PlaybookRunViewSet, basename="playbook-run")
router.register("playbook-versions", PlaybookVersionViewSet, basename="playbook-version")
router.register("playbooks", PlaybookViewSet, basename="playbook")
router.register("reviews", ReviewViewSet, basename="review")
router.register("run-steps", RunStepViewSet, basename="run-step")
router.register("stakeholders", StakeholderViewSet, basename="stakeholder")

urlpatterns = [
    path(
        "incidents/<uuid:pk>/playbooks/",
        IncidentPlaybooksViewSet.as_view({"get": "playbooks"}),
        name="incident-playbooks",
    ),
    *router.urls,
]
