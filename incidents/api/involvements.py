"""Involvements of stakeholders in incidents."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.filters import YesNoFilter
from incidents.models import Incident, Involvement, Stakeholder
from incidents.services import involvements as services


class InvolvementSerializer(serializers.ModelSerializer[Involvement]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Involvement
        fields = [
            "id",
            "brand",
            "stakeholder",
            "incident",
            "part",
            "needs",
            "contact_every_hours",
            "last_informed_at",
            "due_at",
            "alarm",
            "ended_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class InvolvementChangeSerializer(serializers.ModelSerializer[Involvement]):
    class Meta:
        model = Involvement
        fields = ["part", "needs", "contact_every_hours", "due_at"]
        extra_kwargs = {
            "due_at": {"help_text": "When they are to be informed next; else by the rhythm."}
        }


class NewInvolvementSerializer(InvolvementChangeSerializer):
    stakeholder = VisibleField(queryset=Stakeholder.objects.all(), help_text="Id of who it is.")
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta(InvolvementChangeSerializer.Meta):
        fields = ["stakeholder", "incident", *InvolvementChangeSerializer.Meta.fields]
        # One partial constraint is checked by the service, which says what to do instead.
        validators: list[Any] = []


class InvolvementFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    stakeholder = filters.UUIDFilter(field_name="stakeholder_id", help_text="Id of who it is.")
    ended = YesNoFilter(
        field_name="ended_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="true: ended; false: they are involved now.",
    )
    due_before = filters.IsoDateTimeFilter(
        field_name="due_at", lookup_expr="lt", help_text="Next contact due before this time."
    )

    class Meta:
        model = Involvement
        fields = ["alarm"]


class InvolvementViewSet(BrandViewSet):
    """What stakeholders have to do with incidents, and when they hear of us next."""

    serializer_class = InvolvementSerializer
    queryset = Involvement.objects.all()
    filterset_class = InvolvementFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(
        ["create", "partial_update", "end"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE)
    )
    terms = {
        "create": NewInvolvementSerializer,
        "partial_update": InvolvementChangeSerializer,
        "end": NothingSerializer,
    }

    @extend_schema(request=NewInvolvementSerializer, responses={201: InvolvementSerializer})
    def create(self, request: Request) -> Response:
        """Note what a stakeholder has to do with an incident.

        With a rhythm the next contact is due; the events `involvement.due_soon` and
        `involvement.late` warn of it.
        """
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.involve_stakeholder(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=InvolvementChangeSerializer, responses=InvolvementSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change their part, their needs, the rhythm, or when they are informed next."""
        return self._done(services.change_involvement)

    @extend_schema(request=NothingSerializer, responses=InvolvementSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any) -> Response:
        """They have nothing to do with it any more."""
        return self._done(services.end_involvement)

    def _done(self, service: Any) -> Response:
        involvement = self.get_object()
        return self.shown(service(involvement=involvement, **self.validated(), **self.change()))
