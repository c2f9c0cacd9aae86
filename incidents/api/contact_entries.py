"""The contact log."""

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
from incidents.models import ContactEntry, Incident, Stakeholder
from incidents.services.contacts import log_contact


class ContactEntrySerializer(serializers.ModelSerializer[ContactEntry]):
    brand = BrandField(read_only=True)

    class Meta:
        model = ContactEntry
        fields = [
            "id",
            "brand",
            "stakeholder",
            "incident",
            "channel",
            "direction",
            "summary",
            "at",
            "by",
            "created_at",
        ]
        read_only_fields = fields


class NewContactEntrySerializer(serializers.ModelSerializer[ContactEntry]):
    stakeholder = VisibleField(queryset=Stakeholder.objects.all(), help_text="Id of who it was.")
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the incident it was about.",
    )

    class Meta:
        model = ContactEntry
        fields = ["stakeholder", "incident", "channel", "direction", "summary", "at"]
        extra_kwargs = {"at": {"required": False}}


class ContactEntryFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    stakeholder = filters.UUIDFilter(field_name="stakeholder_id", help_text="Id of who it was.")

    class Meta:
        model = ContactEntry
        fields = ["channel", "direction"]


class ContactEntryViewSet(BrandViewSet):
    """Who was spoken to, when, and what was said; only added to."""

    serializer_class = ContactEntrySerializer
    queryset = ContactEntry.objects.all()
    filterset_class = ContactEntryFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)) | {
        "create": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE)
    }
    terms = {"create": NewContactEntrySerializer}

    @extend_schema(request=NewContactEntrySerializer, responses={201: ContactEntrySerializer})
    def create(self, request: Request) -> Response:
        """Write down a contact.

        One of ours about an incident counts for the involvement: informed then, and due again by
        its rhythm.
        """
        terms = self.validated()
        self.require(terms["stakeholder"].brand_id)
        return self.created(log_contact(**terms, actor=self.actor, now=self.now()))
