"""The shift log of incidents."""

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
from incidents.models import Incident, ShiftNote
from incidents.services.shift_notes import write_shift_note


class ShiftNoteSerializer(serializers.ModelSerializer[ShiftNote]):
    brand = BrandField(read_only=True)
    written_at = serializers.DateTimeField(source="created_at", help_text="When it was written.")

    class Meta:
        model = ShiftNote
        fields = ["id", "brand", "incident", "author", "kind", "text", "written_at"]
        read_only_fields = fields


class NewShiftNoteSerializer(serializers.ModelSerializer[ShiftNote]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta:
        model = ShiftNote
        fields = ["incident", "text"]


class ShiftNoteFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    author = filters.UUIDFilter(field_name="author_id", help_text="Id of who wrote it.")

    class Meta:
        model = ShiftNote
        fields = ["kind"]


class ShiftNoteViewSet(BrandViewSet):
    """What whoever comes next has to know. Never changed: a correction is a new note."""

    serializer_class = ShiftNoteSerializer
    queryset = ShiftNote.objects.all()
    filterset_class = ShiftNoteFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)) | {
        "create": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE)
    }
    terms = {"create": NewShiftNoteSerializer}

    @extend_schema(request=NewShiftNoteSerializer, responses={201: ShiftNoteSerializer})
    def create(self, request: Request) -> Response:
        """Write a note into the shift log."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(write_shift_note(**terms, actor=self.actor, now=self.now()))
