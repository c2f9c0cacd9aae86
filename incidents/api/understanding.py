"""What helps to understand an incident: advice, likeness, lessons, relations, merging."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import VisibleField
from crisisapi.accounts.api.viewsets import BrandViewSet
from incidents.models import Incident, LessonStatus, RecalledLesson, Responsibility, Status
from incidents.rules import response_strategy as theory
from incidents.rules.similarity import Match
from incidents.selectors import sentences
from incidents.selectors.advice import advice_for
from incidents.selectors.recalled_lessons import recalled_for
from incidents.selectors.similar import comparable_to, similar_incidents
from incidents.services.incident_relations import relate_incidents, unrelate_incidents
from incidents.services.merging import merge_incident

_CLUSTERS = [choice for choice in Responsibility.choices if choice[0] in theory.CLUSTERS]


class CodedSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable code.")
    sentence = serializers.CharField(help_text="What it means, in the reader's language.")


class MissingFieldSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Field of the incident to fill in.")
    sentence = serializers.CharField(help_text="Why, in the reader's language.")


class SuggestedResponsibilitySerializer(serializers.Serializer[Any]):
    responsibility = serializers.ChoiceField(
        choices=_CLUSTERS, help_text="Cluster the theory gives this sort of crisis."
    )
    reason = serializers.CharField(help_text="Why, in the reader's language.")


class AdviceSerializer(serializers.Serializer[Any]):
    cluster = serializers.ChoiceField(
        choices=_CLUSTERS,
        allow_null=True,
        help_text="Cluster to respond to: the one people set, or the next one when history or "
        "reputation intensify it; null while the responsibility is unknown.",
    )
    strategy = CodedSerializer(
        allow_null=True,
        help_text="Primary strategy: inform, deny, diminish or rebuild; null while the "
        "responsibility is unknown.",
    )
    tactics = CodedSerializer(many=True, help_text="Ways to carry the strategy out.")
    supplements = CodedSerializer(
        many=True, help_text="Bolstering that may stand beside the strategy, never for it."
    )
    avoid = CodedSerializer(many=True, help_text="Strategies that would undo this one.")
    steps = CodedSerializer(many=True, help_text="What to say, in this order.")
    reasons = CodedSerializer(many=True, help_text="Why.")
    missing = MissingFieldSerializer(
        many=True, help_text="Fields left unknown that could change the advice."
    )
    suggested_responsibility = SuggestedResponsibilitySerializer(
        allow_null=True, help_text="For people to judge by; never applied. Null where it is open."
    )


class ResemblanceSerializer(serializers.Serializer[Any]):
    text = serializers.FloatField(help_text="Words: cosine of TF-IDF, 0 to 1.")
    kind = serializers.FloatField(help_text="1 when the kind is the same.")
    responsibility = serializers.FloatField(help_text="1 when the responsibility is the same.")
    legitimacy = serializers.FloatField(help_text="1 when the legitimacy is the same.")
    audiences = serializers.FloatField(help_text="Share of audiences in common, 0 to 1.")


class SimilarIncidentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the incident.")
    reference = serializers.CharField(help_text="Its reference.")
    title = serializers.CharField(help_text="Its title.")
    status = serializers.ChoiceField(choices=Status.choices, help_text="Where it stands.")
    opened_at = serializers.DateTimeField(help_text="When it was opened.")
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When it ended.")
    score = serializers.FloatField(help_text="How similar it is, 0 to 1.")
    parts = ResemblanceSerializer(help_text="What the score is made of, before weighting.")
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="In what it is similar, in sentences."
    )


class SimilarIncidentsSerializer(serializers.Serializer[Any]):
    results = SimilarIncidentSerializer(many=True, help_text="At most ten, most similar first.")


class LearnedFromSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the incident it was learned from.")
    reference = serializers.CharField(help_text="Its reference.")
    title = serializers.CharField(help_text="Its title.")


class RecalledLessonSerializer(serializers.Serializer[Any]):
    lesson = serializers.UUIDField(source="lesson_id", help_text="Id of the lesson.")
    title = serializers.CharField(source="lesson.title", help_text="One line.")
    recommendation = serializers.CharField(
        source="lesson.recommendation", help_text="What to do otherwise."
    )
    status = serializers.ChoiceField(
        source="lesson.status", choices=LessonStatus.choices, help_text="How far it has come."
    )
    learned_from = LearnedFromSerializer(
        source="lesson.incident", help_text="The incident it was learned from."
    )
    score = serializers.FloatField(help_text="How similar the incidents are, 0 to 1.")
    reasons = serializers.SerializerMethodField(help_text="In what they are similar.")

    def get_reasons(self, recalled: RecalledLesson) -> list[str]:
        """Say why it came."""
        return sentences.similarity_sentences(recalled.reasons)


class RecalledLessonsSerializer(serializers.Serializer[Any]):
    results = RecalledLessonSerializer(many=True, help_text="The most similar incident's first.")


class MergeSerializer(serializers.Serializer[Any]):
    into = VisibleField(queryset=Incident.objects.all(), help_text="Id of the one it goes on in.")
    reason = serializers.CharField(max_length=2_000, help_text="Why they are one.")


class OtherIncidentSerializer(serializers.Serializer[Any]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the other one.")


class RelationSerializer(OtherIncidentSerializer):
    note = serializers.CharField(
        max_length=2_000,
        required=False,
        allow_blank=True,
        help_text="What they have to do with each other.",
    )


TERMS: dict[str, type[serializers.Serializer[Any]]] = {
    "merge": MergeSerializer,
    "relate": RelationSerializer,
    "unrelate": OtherIncidentSerializer,
}
READS = ["advice", "similar", "lessons"]


class UnderstandingActions(BrandViewSet):
    """Actions on one incident, beside those of its lifecycle."""

    @extend_schema(
        responses=AdviceSerializer,
        operation_id="getIncidentAdvice",
        summary="Get advice on the response to an incident",
    )
    @action(detail=True, serializer_class=AdviceSerializer)
    def advice(self, request: Request, pk: Any) -> Response:
        """Advise a response strategy, after Situational Crisis Communication Theory.

        Coombs (2007), Corporate Reputation Review 10(3). It follows from the assessment and is
        never applied by itself.
        """
        incident = self.get_object()
        return Response(_told(advice_for(incident), incident.kind))

    @extend_schema(
        responses=SimilarIncidentsSerializer,
        filters=False,
        operation_id="listSimilarIncidents",
        summary="List similar incidents",
    )
    @action(detail=True, serializer_class=SimilarIncidentsSerializer)
    def similar(self, request: Request, pk: Any) -> Response:
        """Find past incidents that are like this one, and say in what.

        Compared are the words and the assessment, among the newest 500 of the brand that the
        caller may see; drills only with drills.
        """
        incident = self.get_object()
        among = comparable_to(incident).visible_to(self.caller)
        found = similar_incidents(incident, among)
        rows = [_likeness(similar, match) for similar, match in found]
        return Response(SimilarIncidentsSerializer({"results": rows}).data)

    @extend_schema(
        responses=RecalledLessonsSerializer,
        filters=False,
        operation_id="listRecalledLessons",
        summary="List the lessons recalled for an incident",
    )
    @action(detail=True, serializer_class=RecalledLessonsSerializer)
    def lessons(self, request: Request, pk: Any) -> Response:
        """Lessons of similar incidents that came with this one when it opened, and why."""
        recalled = recalled_for(self.get_object()).visible_to(self.caller)
        return Response(RecalledLessonsSerializer({"results": recalled}).data)

    @extend_schema(request=MergeSerializer, summary="Merge an incident into another")
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: Any) -> Response:
        """Two incidents are one: everything of this one goes on in another, for good.

        Answers the merged incident, which stays readable with its timeline.
        """
        merged = merge_incident(incident=self.get_object(), **self.validated(), **self.change())
        return self.shown(merged)

    @extend_schema(request=RelationSerializer, summary="Relate an incident to another")
    @action(detail=True, methods=["post"])
    def relate(self, request: Request, pk: Any) -> Response:
        """Say that two incidents have to do with each other, or change the note on it."""
        return self._related(relate_incidents)

    @extend_schema(
        request=OtherIncidentSerializer, summary="Take back how an incident relates to another"
    )
    @action(detail=True, methods=["post"])
    def unrelate(self, request: Request, pk: Any) -> Response:
        """They have nothing to do with each other after all."""
        return self._related(unrelate_incidents)

    def _related(self, service: Any) -> Response:
        incident, terms = self.get_object(), self.validated()
        service(
            incident=incident,
            other=terms.pop("incident"),
            **terms,
            actor=self.actor,
            now=self.now(),
        )
        return self.shown(incident)


def _told(advice: theory.Advice, kind: str) -> dict[str, Any]:
    said = {
        "cluster": advice.cluster,
        "strategy": _coded([advice.strategy], sentences.STRATEGIES)[0] if advice.strategy else None,
        "tactics": _coded(advice.tactics, sentences.TACTICS),
        "supplements": _coded(advice.supplements, sentences.SUPPLEMENTS),
        "avoid": _coded(advice.avoid, sentences.STRATEGIES),
        "steps": _coded(advice.steps, sentences.STEPS),
        "reasons": [
            {"code": reason.code, "sentence": sentences.advice_sentence(reason.code)}
            for reason in advice.reasons
        ],
        "missing": [{"field": name, "sentence": sentences.FIELDS[name]} for name in advice.missing],
        "suggested_responsibility": _suggested(kind),
    }
    return dict(AdviceSerializer(said).data)


def _coded(codes: Any, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"code": code, "sentence": told[code]} for code in codes]


def _suggested(kind: str) -> dict[str, str] | None:
    found = theory.suggested_responsibility(kind)
    if found is None:
        return None
    return {"responsibility": found[0], "reason": sentences.advice_sentence(found[1])}


def _likeness(incident: Incident, match: Match) -> dict[str, Any]:
    own = {
        name: getattr(incident, name)
        for name in ("id", "reference", "title", "status", "opened_at", "ended_at")
    }
    reasons = sentences.similarity_sentences(sentences.stored(match.reasons))
    return {**own, "score": match.score, "parts": match.parts, "reasons": reasons}
