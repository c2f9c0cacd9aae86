"""Stakeholders."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, MemberUserField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Incident, Stakeholder
from incidents.services.stakeholders import add_stakeholder, change_stakeholder


class StakeholderSerializer(serializers.ModelSerializer[Stakeholder]):
    brand = BrandField(read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), help_text="ISO 639-1.")

    class Meta:
        model = Stakeholder
        fields = [
            "id",
            "brand",
            "name",
            "kind",
            "influence",
            "stance",
            "languages",
            "contact",
            "notes",
            "owner",
            "incidents",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class StakeholderChangeSerializer(serializers.ModelSerializer[Stakeholder]):
    languages = serializers.ListField(
        child=serializers.RegexField(r"^[a-z]{2}$"),
        required=False,
        max_length=20,
        help_text="Languages to speak with them, ISO 639-1.",
    )
    owner = MemberUserField(required=False, allow_null=True, help_text="Who keeps the contact.")
    incidents = VisibleField(
        queryset=Incident.objects.all(),
        many=True,
        required=False,
        help_text="Ids of incidents that concern them.",
    )

    class Meta:
        model = Stakeholder
        fields = [
            "name",
            "kind",
            "influence",
            "stance",
            "languages",
            "contact",
            "notes",
            "owner",
            "incidents",
        ]


class NewStakeholderSerializer(StakeholderChangeSerializer):
    brand = BrandField()

    class Meta(StakeholderChangeSerializer.Meta):
        fields = ["brand", *StakeholderChangeSerializer.Meta.fields]


class StakeholderFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incidents", help_text="Id of an incident.")

    class Meta:
        model = Stakeholder
        fields = ["kind", "stance", "influence"]


class StakeholderViewSet(BrandViewSet):
    """Who is affected, who decides, who is listened to."""

    serializer_class = StakeholderSerializer
    queryset = Stakeholder.objects.prefetch_related("incidents")
    filterset_class = StakeholderFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE))
    terms = {"create": NewStakeholderSerializer, "partial_update": StakeholderChangeSerializer}

    @extend_schema(request=NewStakeholderSerializer, responses={201: StakeholderSerializer})
    def create(self, request: Request) -> Response:
        """Write a stakeholder down."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(add_stakeholder(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=StakeholderChangeSerializer, responses=StakeholderSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change what is known of a stakeholder."""
        stakeholder = self.get_object()
        return self.shown(
            change_stakeholder(stakeholder=stakeholder, **self.validated(), **self.change())
        )
