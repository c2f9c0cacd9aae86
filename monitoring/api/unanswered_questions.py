"""What the public asks of an incident and nobody answered yet; taken up, or put aside."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import VisibleField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Incident
from messaging.models import QUESTION_LENGTH
from monitoring.api.metric_terms import terms_of
from monitoring.models import AskedQuestion
from monitoring.selectors.asked import AskedByMany, AskedStatus, read_asked, read_asked_examples
from monitoring.services.asked import asking_secret
from monitoring.services.asked_decisions import adopt_asked, dismiss_asked, reopen_asked

SHOWN, SHOWN_AT_MOST = 30, 100
_STATUSES = [one.value for one in AskedStatus]
_UNANSWERED = (AskedStatus.UNANSWERED, AskedStatus.WAITING)


class AskedExampleSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the mention.")
    text = serializers.CharField(help_text="What was said.")
    platform = serializers.CharField(help_text="Where.")
    language = serializers.CharField(help_text="ISO 639-1; und where it cannot be told.")
    url = serializers.CharField(help_text="Its address.", allow_blank=True)
    published_at = serializers.DateTimeField(help_text="When it was said.")
    reach = serializers.IntegerField(help_text="People reached.")


class AskedQuestionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of what is asked.")
    status = serializers.ChoiceField(
        choices=_STATUSES,
        help_text="waiting: a question of the team that nobody answered yet asks the same; "
        "answered: one that was; adopted and dismissed: as somebody decided.",
    )
    question = serializers.UUIDField(
        allow_null=True, help_text="The question of the team that asks the same; null without one."
    )
    answer = serializers.UUIDField(
        allow_null=True, help_text="The message that answers it; null without one."
    )
    reason = serializers.CharField(allow_blank=True, help_text="Why it was dismissed.")
    mentions = serializers.IntegerField(help_text="Mentions that ask it.")
    reach = serializers.IntegerField(help_text="People they reached, added up.")
    first_asked_at = serializers.DateTimeField(help_text="When it was asked first.")
    last_asked_at = serializers.DateTimeField(help_text="When it was asked last.")
    platforms = serializers.ListField(child=serializers.CharField(), help_text="Where.")
    languages = serializers.ListField(
        child=serializers.CharField(), help_text="In which languages, ISO 639-1."
    )
    examples = AskedExampleSerializer(many=True, help_text="Who asked it first, at most three.")


class AskedQuestionsSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many questions there are of this status.")
    results = AskedQuestionSerializer(many=True, help_text="The most often asked first.")


class AskedTermsSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=_STATUSES, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=SHOWN_AT_MOST, default=SHOWN)


class AskedOfIncidentSerializer(serializers.Serializer[Any]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="The incident it is about.")


class AdoptionSerializer(AskedOfIncidentSerializer):
    text = serializers.CharField(
        required=False,
        max_length=QUESTION_LENGTH,
        help_text="What is asked, in your words; left out: in the words of who asked first.",
    )
    language = serializers.RegexField(
        r"^[a-z]{2}\Z",
        required=False,
        help_text="ISO 639-1; left out: the language of who asked first.",
    )


class DismissalSerializer(AskedOfIncidentSerializer):
    reason = serializers.CharField(max_length=2_000, help_text="Why, for the team.")


class IncidentQuestionsViewSet(BrandViewSet):
    """What people want to know."""

    queryset = Incident.objects.all()
    serializer_class = AskedQuestionsSerializer
    access = {"unanswered": Access(Role.VIEWER, Scope.MENTIONS_READ)}
    filters_query = True
    tag = "incidents"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=AskedQuestionsSerializer,
        parameters=[
            OpenApiParameter(
                "status",
                str,
                enum=_STATUSES,
                description="Only these; by default unanswered and waiting.",
            ),
            OpenApiParameter(
                "limit", int, description=f"How many, {SHOWN} by default, {SHOWN_AT_MOST} at most."
            ),
        ],
        operation_id="listUnansweredQuestions",
        summary="List the unanswered questions of an incident",
    )
    def unanswered(self, request: Request, pk: Any) -> Response:
        """What mentions of an incident ask, those that ask the same together, most often first.

        Without those that the team has answered, adopted or dismissed, unless they are asked for.
        """
        incident = self.get_object()
        terms = terms_of(request, AskedTermsSerializer, self.get_serializer_context())
        wanted = (terms["status"],) if "status" in terms else _UNANSWERED
        asked = [
            one for one in read_asked(incident, secret=asking_secret()) if one.status in wanted
        ]
        shown = _shown(incident, asked[: terms["limit"]])
        return Response({"count": len(asked), "results": shown})


class UnansweredQuestionViewSet(BrandViewSet):
    """Questions of the public, as somebody decides on them."""

    queryset = AskedQuestion.objects.all()
    serializer_class = AskedQuestionSerializer
    access = dict.fromkeys(["adopt", "dismiss", "reopen"], Access(Role.RESPONDER))
    terms = {
        "adopt": AdoptionSerializer,
        "dismiss": DismissalSerializer,
        "reopen": AskedOfIncidentSerializer,
    }
    tag = "unanswered-questions"

    @extend_schema(
        request=AdoptionSerializer,
        responses=AskedQuestionSerializer,
        operation_id="adoptQuestion",
        summary="Adopt a question of the public",
    )
    def adopt(self, request: Request, pk: Any) -> Response:
        """Make a question of it that the team answers, once; the mention stays linked."""
        return self._decided(adopt_asked)

    @extend_schema(
        request=DismissalSerializer,
        responses=AskedQuestionSerializer,
        operation_id="dismissQuestion",
        summary="Dismiss a question of the public",
    )
    def dismiss(self, request: Request, pk: Any) -> Response:
        """Take it off the list of an incident, and say why."""
        return self._decided(dismiss_asked)

    @extend_schema(
        request=AskedOfIncidentSerializer,
        responses=AskedQuestionSerializer,
        operation_id="reopenDismissedQuestion",
        summary="Reopen a dismissed question of the public",
    )
    def reopen(self, request: Request, pk: Any) -> Response:
        """Put it on the list again."""
        return self._decided(reopen_asked)

    def _decided(self, service: Any) -> Response:
        asked = self.get_object()
        terms = self.validated()
        incident = terms["incident"]
        service(asked=asked, actor=self.actor, now=self.now(), **terms)
        [told] = read_asked(incident, secret=asking_secret(), asked_id=asked.pk)
        return Response(_shown(incident, [told])[0])


def _shown(incident: Incident, asked: list[AskedByMany]) -> list[dict[str, Any]]:
    examples = read_asked_examples(incident, [one.id for one in asked])
    return [{**vars(one), "examples": examples.get(one.id, [])} for one in asked]
