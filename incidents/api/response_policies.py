"""Response policies: what a brand decided before a crisis."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import ResponsePolicy, Severity
from incidents.rules.severity import SIGNALS
from incidents.services.response_policies import change_response_policy, set_response_policy

_SIGNAL_CHOICES = [(name, name) for name in SIGNALS]


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}]})
class BarField(serializers.JSONField):
    """A number, or a step of a scale."""


class SeverityConditionSerializer(serializers.Serializer[Any]):
    signal = serializers.ChoiceField(choices=_SIGNAL_CHOICES, help_text="What is looked at.")
    at_least = BarField(
        help_text="The least value: a number; of `harm` possible, injuries or deaths; of `legal` "
        "possible or proceedings."
    )


class SeverityRuleSerializer(serializers.Serializer[Any]):
    severity = serializers.ChoiceField(choices=Severity.choices, help_text="1 is the worst.")
    when = SeverityConditionSerializer(many=True, help_text="All of these must hold.")


class ClockMinutesSerializer(serializers.Serializer[Any]):
    acknowledge = serializers.IntegerField(help_text="Minutes until somebody is on it.")
    first_approval = serializers.IntegerField(help_text="Minutes until a message is approved.")
    first_publication = serializers.IntegerField(help_text="Minutes until something is public.")
    update_cadence = serializers.IntegerField(help_text="Minutes from one update to the next.")


class ClockTargetsSerializer(serializers.Serializer[Any]):
    """Minutes by severity; the names of the fields are numbers."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return a field for each severity."""
        return {
            str(severity): ClockMinutesSerializer(help_text=f"Severity {label}.")
            for severity, label in Severity.choices
        }


class ResponsePolicySerializer(serializers.ModelSerializer[ResponsePolicy]):
    brand = BrandField(read_only=True)
    severity_rules = SeverityRuleSerializer(
        many=True, help_text="The worst severity of any rule that holds wins."
    )
    clock_targets = ClockTargetsSerializer(help_text="Minutes by severity and clock.")

    class Meta:
        model = ResponsePolicy
        fields = [
            "id",
            "brand",
            "severity_rules",
            "clock_targets",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


@extend_schema_field(SeverityRuleSerializer(many=True))
class RulesField(serializers.JSONField):
    """Rules, checked by the service, which says what would be right at each place."""


@extend_schema_field(ClockTargetsSerializer)
class TargetsField(serializers.JSONField):
    """Targets, checked by the service, which says what would be right at each place."""


class ResponsePolicyChangeSerializer(serializers.Serializer[Any]):
    severity_rules = RulesField(
        required=False, help_text="All rules; the worst severity of any that holds wins."
    )
    clock_targets = TargetsField(
        required=False, help_text="Whole minutes for every severity and clock."
    )


class NewResponsePolicySerializer(ResponsePolicyChangeSerializer):
    brand = BrandField()


class ResponsePolicyFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = ResponsePolicy
        fields: list[str] = []


class ResponsePolicyViewSet(BrandViewSet):
    """What a brand decided before a crisis: how severity is computed, how fast to be."""

    serializer_class = ResponsePolicySerializer
    queryset = ResponsePolicy.objects.all()
    filterset_class = ResponsePolicyFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.MANAGER))
    terms = {
        "create": NewResponsePolicySerializer,
        "partial_update": ResponsePolicyChangeSerializer,
    }

    @extend_schema(request=NewResponsePolicySerializer, responses={201: ResponsePolicySerializer})
    def create(self, request: Request) -> Response:
        """Give a brand its policy; what is left out starts as a copy of the defaults."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(set_response_policy(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=ResponsePolicyChangeSerializer, responses=ResponsePolicySerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change rules or targets; the severity of active incidents is computed anew."""
        policy = self.get_object()
        return self.shown(
            change_response_policy(policy=policy, **self.validated(), **self.change())
        )
