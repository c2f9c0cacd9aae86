"""Alerts: unusual talk that was noticed, what it comes of, and what people made of it."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access, caller_of
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField
from monitoring.api.authors import AuthorAccountSerializer
from monitoring.models import Alert, AlertStatus, Author, Mention, Verdict
from monitoring.selectors.alerts import authors_of, examples_of
from monitoring.services import alerts as services
from monitoring.services.alert_words import said_of

REASON_LENGTH = 2_000


class AlertSerializer(serializers.ModelSerializer[Alert]):
    brand = BrandField(read_only=True)
    name = serializers.CharField(source="rule.name", read_only=True, help_text="Of its rule.")
    verdict = serializers.ChoiceField(
        Verdict.choices,
        allow_blank=True,
        read_only=True,
        help_text="Whether there was something to see; empty while nobody said.",
    )
    said = serializers.SerializerMethodField(
        help_text="What was seen beside what is usual, as a sentence."
    )

    class Meta:
        model = Alert
        fields = [
            "id",
            "brand",
            "rule",
            "name",
            "query",
            "incident",
            "first",
            "watched",
            "status",
            "said",
            "started_at",
            "ended_at",
            "unit",
            "observed",
            "usual",
            "limit",
            "unusual",
            "highest",
            "most_unusual",
            "due_at",
            "alarm",
            "acknowledged_at",
            "acknowledged_by",
            "settled_at",
            "settled_by",
            "reason",
            "verdict",
            "verdict_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_said(self, alert: Alert) -> str:
        """Say it in the reader's language."""
        return said_of(alert)


class AlertAuthorSerializer(serializers.ModelSerializer[Author]):
    account = AuthorAccountSerializer(
        source="known", read_only=True, help_text="As their latest mention says."
    )

    class Meta:
        model = Author
        fields = ["id", "platform", "account", "mentions"]
        read_only_fields = fields


class AlertExampleSerializer(serializers.ModelSerializer[Mention]):
    class Meta:
        model = Mention
        fields = [
            "id",
            "platform",
            "language",
            "text",
            "author_handle",
            "url",
            "sentiment",
            "reach",
            "published_at",
        ]
        read_only_fields = fields


class JoinedAlertSerializer(AlertSerializer):
    class Meta(AlertSerializer.Meta):
        fields = ["id", "rule", "name", "watched", "status", "said", "started_at"]
        read_only_fields = fields


class GrownPlatformSerializer(serializers.Serializer[Any]):
    platform = serializers.CharField(help_text="Where it was said, e.g. x.")
    part = serializers.FloatField(help_text="Its part of what came on top of before, 0 to 1.")


class AlertDetailSerializer(AlertSerializer):
    terms = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Words that the talk has more of than usual, the strongest first.",
    )
    platforms = GrownPlatformSerializer(
        many=True, read_only=True, help_text="Where the talk grew, the most first."
    )
    authors = serializers.SerializerMethodField(
        help_text="Who drives it, the most first; those who were deleted or erased are left out."
    )
    examples = serializers.SerializerMethodField(
        help_text="Mentions that show what it is about, as far as they are still there."
    )
    joined = serializers.SerializerMethodField(
        help_text="The alerts of the same storm that joined it."
    )

    class Meta(AlertSerializer.Meta):
        fields = [
            *AlertSerializer.Meta.fields,
            "terms",
            "platforms",
            "authors",
            "examples",
            "joined",
        ]
        read_only_fields = fields

    @extend_schema_field(AlertAuthorSerializer(many=True))
    def get_authors(self, alert: Alert) -> Any:
        """Read who they are from what they said."""
        return AlertAuthorSerializer(authors_of(alert), many=True).data

    @extend_schema_field(AlertExampleSerializer(many=True))
    def get_examples(self, alert: Alert) -> Any:
        """Read them as they are now."""
        return AlertExampleSerializer(examples_of(alert), many=True).data

    @extend_schema_field(JoinedAlertSerializer(many=True))
    def get_joined(self, alert: Alert) -> Any:
        """Show those that the caller may see."""
        seen = Alert.objects.visible_to(caller_of(self.context["request"])).filter(first=alert)
        joined = seen.select_related("rule").order_by("started_at", "id")
        return JoinedAlertSerializer(joined, many=True).data


class AlertResolutionSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=REASON_LENGTH,
        help_text="What was done, or why nothing is left to do.",
    )
    verdict = OneOfField(
        choices=Verdict.choices,
        required=False,
        help_text="Whether there was something to see; a true alarm, unless it is said.",
    )


class AlertDismissalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=REASON_LENGTH, help_text="Why there is nothing to do."
    )
    verdict = OneOfField(
        choices=Verdict.choices,
        required=False,
        help_text="Whether there was something to see; a false alarm, unless it is said.",
    )


class AlertVerdictSerializer(serializers.Serializer[Any]):
    verdict = OneOfField(choices=Verdict.choices, help_text="Whether there was something to see.")


class AlertFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    rule = filters.UUIDFilter(field_name="rule_id", help_text="Id of the alert rule.")
    query = filters.UUIDFilter(field_name="query_id", help_text="Id of the query.")
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    first = filters.UUIDFilter(field_name="first_id", help_text="Those that joined this alert.")
    status = filters.MultipleChoiceFilter(
        choices=AlertStatus.choices, help_text="One or more statuses (repeat the parameter)."
    )
    is_first = filters.BooleanFilter(
        field_name="first",
        lookup_expr="isnull",
        help_text="Only those that lead a group, or only those that joined one.",
    )
    is_going_on = filters.BooleanFilter(
        field_name="ended_at",
        lookup_expr="isnull",
        help_text="Whether the talk is not back to normal yet.",
    )
    is_judged = filters.BooleanFilter(
        method="by_judged", help_text="Whether anybody gave a verdict."
    )

    class Meta:
        model = Alert
        fields = ["watched", "verdict"]

    def by_judged(self, alerts: QuerySet[Alert], _name: str, said: Any) -> Any:
        """Return those with a verdict, or without."""
        return alerts.exclude(verdict="") if said else alerts.filter(verdict="")


class AlertViewSet(BrandViewSet):
    """What the rules found, the newest first."""

    serializer_class = AlertSerializer
    queryset = Alert.objects.all()
    related = ("brand", "rule")
    filterset_class = AlertFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ)) | (
        dict.fromkeys(
            ["acknowledge", "resolve", "dismiss", "verdict"],
            Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        )
    )
    terms = {
        "acknowledge": NothingSerializer,
        "resolve": AlertResolutionSerializer,
        "dismiss": AlertDismissalSerializer,
        "verdict": AlertVerdictSerializer,
    }

    def get_serializer_class(self) -> Any:
        """Tell more of one than of many."""
        return AlertSerializer if self.action == "list" else AlertDetailSerializer

    @extend_schema(responses=AlertDetailSerializer)
    def retrieve(self, request: Request, pk: Any) -> Response:
        """Answer what was seen, what is usual, and what it comes of."""
        return self.shown(self.get_object())

    @extend_schema(request=NothingSerializer, responses=AlertDetailSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: Any) -> Response:
        """Take an alert on, with those that joined it: it goes no further."""
        return self._done(services.acknowledge_alert)

    @extend_schema(request=AlertResolutionSerializer, responses=AlertDetailSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: Any) -> Response:
        """Say that nothing is left to do about an alert and those that joined it."""
        return self._done(services.resolve_alert)

    @extend_schema(request=AlertDismissalSerializer, responses=AlertDetailSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: Any) -> Response:
        """Say that there is nothing to do about an alert and those that joined it, and why."""
        return self._done(services.dismiss_alert)

    @extend_schema(
        request=AlertVerdictSerializer,
        responses=AlertDetailSerializer,
        operation_id="giveAlertVerdict",
        summary="Say whether there was something to see",
    )
    @action(detail=True, methods=["post"])
    def verdict(self, request: Request, pk: Any) -> Response:
        """Say whether an alert was right, or say otherwise; the rule's precision follows."""
        return self._done(services.give_verdict)

    def _done(self, service: Any) -> Response:
        alert = self.get_object()
        changed = service(alert=alert, **self.validated(), **self.change())
        return self.shown(self.get_queryset().get(pk=changed.pk))
