"""Rules that pull the crisis brake."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, ShortListField
from incidents.models.incident import Kind
from messaging.models import Channel, HoldRule
from messaging.services.hold_rules import add_hold_rule, change_hold_rule


class HoldRuleSerializer(serializers.ModelSerializer[HoldRule]):
    brand = BrandField(read_only=True)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=Kind.choices),
        help_text="Only incidents of these kinds; empty: of every kind.",
    )

    class Meta:
        model = HoldRule
        fields = [
            "id",
            "brand",
            "name",
            "severity",
            "kinds",
            "channels",
            "allows_incident_messages",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class HoldRuleChangeSerializer(serializers.ModelSerializer[HoldRule]):
    kinds = ShortListField(
        child=OneOfField(choices=Kind.choices),
        required=False,
        help_text="Only incidents of these kinds; empty: of every kind.",
    )
    channels = VisibleField(
        queryset=Channel.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the channels it stops; empty: all of the brand.",
    )

    class Meta:
        model = HoldRule
        fields = ["name", "severity", "kinds", "channels", "allows_incident_messages", "is_active"]


class NewHoldRuleSerializer(HoldRuleChangeSerializer):
    brand = BrandField()

    class Meta(HoldRuleChangeSerializer.Meta):
        fields = ["brand", *HoldRuleChangeSerializer.Meta.fields]
        validators: list[Any] = []  # the service refuses a name that is taken, under its lock


class HoldRuleFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = HoldRule
        fields = ["is_active"]


class HoldRuleViewSet(BrandViewSet):
    """Rules that pull the brake when a live incident becomes severe enough."""

    serializer_class = HoldRuleSerializer
    queryset = HoldRule.objects.prefetch_related("channels")
    filterset_class = HoldRuleFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.MANAGER))
    terms = {"create": NewHoldRuleSerializer, "partial_update": HoldRuleChangeSerializer}

    @extend_schema(request=NewHoldRuleSerializer, responses={201: HoldRuleSerializer})
    def create(self, request: Request) -> Response:
        """Make a rule; it looks at what happens from now on."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(add_hold_rule(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=HoldRuleChangeSerializer, responses=HoldRuleSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a rule; holds it has raised stay as they are."""
        rule = self.get_object()
        return self.shown(change_hold_rule(rule=rule, **self.validated(), **self.change()))
