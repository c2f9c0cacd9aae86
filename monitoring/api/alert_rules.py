"""Alert rules: what is watched, how sensitively, and who answers for it."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Department, Role, Scope
from incidents.models import Playbook
from monitoring.models import AlertRule, Measure, Query
from monitoring.rules.detection.learning import Learned, Reason
from monitoring.rules.intervals import share
from monitoring.selectors.alert_rules import with_verdicts
from monitoring.services.alert_learning import learn_of, said_of_learning
from monitoring.services.alert_rules import add_rule, change_rule

# What raises an alert.
TERMS = ["alarms_a_week", "measure", "at_least", "window_minutes", "least_mentions"]
_CHANGEABLE = [
    "name",
    *TERMS,
    "cool_down_minutes",
    "grouping_minutes",
    "department",
    "answer_minutes",
    "escalates_to",
    "opens_incident",
    "incident_kind",
    "incident_severity",
    "playbook",
    "is_active",
]


class AlertPrecisionSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(help_text="Share of true alarms, 0 to 1.")
    low = serializers.FloatField(help_text="Lower end of the 95 % interval (Wilson).")
    high = serializers.FloatField(help_text="Upper end.")
    true_alarms = serializers.IntegerField(help_text="Alerts that people found true.")
    judged = serializers.IntegerField(help_text="Alerts that anybody gave a verdict on.")


class AlertSuggestionSerializer(serializers.Serializer[Any]):
    alarms_a_week = serializers.FloatField(
        source="suggested", allow_null=True, help_text="What fits better; null for what there is."
    )
    reason = serializers.ChoiceField(
        [(one.value, one.value) for one in Reason], help_text="Stable word."
    )
    sentence = serializers.SerializerMethodField(help_text="The same for people.")
    to_mark = serializers.IntegerField(
        help_text="So many verdicts more are needed before anything is suggested."
    )
    spared = serializers.IntegerField(help_text="False alarms it would have spared.")

    def get_sentence(self, learned: Learned) -> str:
        """Word it in the reader's language."""
        return said_of_learning(learned)


class AlertRuleSerializer(serializers.ModelSerializer[AlertRule]):
    brand = BrandField(read_only=True)
    measure = serializers.ChoiceField(
        Measure.choices,
        allow_blank=True,
        read_only=True,
        help_text="What is compared with the number; empty for what is compared with the usual.",
    )
    department = serializers.ChoiceField(
        Department.choices,
        allow_blank=True,
        read_only=True,
        help_text="Who answers for its alerts; empty: the managers.",
    )
    escalates_to = serializers.ChoiceField(
        Department.choices,
        allow_blank=True,
        read_only=True,
        help_text="Whom an alert that nobody acknowledged is told to; empty: the managers.",
    )
    sensitivity = serializers.CharField(
        read_only=True,
        help_text="How often it may be wrong, in words; empty for numbers that people set.",
    )
    precision = serializers.SerializerMethodField(
        help_text="How many of its alerts were right, as people found; null without verdicts."
    )
    suggestion = serializers.SerializerMethodField(
        help_text="Which sensitivity would fit, as the latest two hundred verdicts say; null for "
        "rules that have none."
    )

    class Meta:
        model = AlertRule
        fields = [
            "id",
            "brand",
            "query",
            "watched",
            *_CHANGEABLE,
            "sensitivity",
            "precision",
            "suggestion",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(AlertPrecisionSerializer(allow_null=True))
    def get_precision(self, rule: Any) -> Any:
        """Tell how much its alerts can be trusted."""
        found = share(rule.true_alarms, rule.judged)
        if found is None:
            return None
        counts = {"true_alarms": rule.true_alarms, "judged": rule.judged}
        return AlertPrecisionSerializer(vars(found) | counts).data

    @extend_schema_field(AlertSuggestionSerializer(allow_null=True))
    def get_suggestion(self, rule: Any) -> Any:
        """Learn from the verdicts."""
        learned = learn_of(rule, rule.marks, missed=rule.missed)
        return AlertSuggestionSerializer(learned).data if learned else None


class AlertRuleChangeSerializer(serializers.ModelSerializer[AlertRule]):
    playbook = VisibleField(
        queryset=Playbook.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the playbook that is begun in an incident it opens.",
    )

    class Meta:
        model = AlertRule
        fields = _CHANGEABLE
        # What is taken already is the service's refusal.
        validators: list[Any] = []


class NewAlertRuleSerializer(AlertRuleChangeSerializer):
    brand = BrandField()
    query = VisibleField(
        queryset=Query.objects.select_related("incident"),
        required=False,
        allow_null=True,
        help_text="Id of the query whose mentions are watched; null: all of the brand's.",
    )

    class Meta(AlertRuleChangeSerializer.Meta):
        fields = ["brand", "query", "watched", *_CHANGEABLE]


class AlertRuleFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    query = filters.UUIDFilter(field_name="query_id", help_text="Id of the query.")

    class Meta:
        model = AlertRule
        fields = ["watched", "is_active"]


class AlertRuleViewSet(BrandViewSet):
    """What raises alerts: `docs/alerts.md` tells how.

    A rule is never deleted, since alerts name it: set `is_active` to false.
    """

    serializer_class = AlertRuleSerializer
    queryset = AlertRule.objects.all()
    filterset_class = AlertRuleFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ)) | (
        dict.fromkeys(["create", "partial_update"], Access(Role.MANAGER))
    )
    terms = {"create": NewAlertRuleSerializer, "partial_update": AlertRuleChangeSerializer}

    def get_queryset(self) -> Any:
        """Read along what people made of their alerts."""
        return with_verdicts(super().get_queryset())

    @extend_schema(request=NewAlertRuleSerializer, responses={201: AlertRuleSerializer})
    def create(self, request: Request) -> Response:
        """Watch the talk of a brand, or what one of its queries finds, from now on."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        rule = add_rule(**terms, actor=self.actor, now=self.now())
        return self.created(self.get_queryset().get(pk=rule.pk))

    @extend_schema(request=AlertRuleChangeSerializer, responses=AlertRuleSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change what raises an alert and what follows, or put a rule to rest.

        What it looks for and in which query stays, since verdicts speak of that: add another.
        """
        rule = change_rule(rule=self.get_object(), **self.validated(), **self.change())
        return self.shown(self.get_queryset().get(pk=rule.pk))
