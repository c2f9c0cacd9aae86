"""Routes of this floor."""

from rest_framework.routers import SimpleRouter

from incidents.api.evidence import EvidenceViewSet
from incidents.api.facts import FactViewSet
from incidents.api.goals import GoalViewSet
from incidents.api.incidents import IncidentViewSet
from incidents.api.lessons import LessonViewSet
from incidents.api.response_policies import ResponsePolicyViewSet
from incidents.api.stakeholders import StakeholderViewSet

router = SimpleRouter(use_regex_path=False)
router.register("evidence", EvidenceViewSet, basename="evidence")
router.register("facts", FactViewSet, basename="fact")
router.register("goals", GoalViewSet, basename="goal")
router.register("incidents", IncidentViewSet, basename="incident")
router.register("lessons", LessonViewSet, basename="lesson")
router.register("response-policies", ResponsePolicyViewSet, basename="response-policy")
router.register("stakeholders", StakeholderViewSet, basename="stakeholder")

urlpatterns = router.urls
