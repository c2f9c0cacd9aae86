"""The clocks of incidents, read only."""

from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Clock


class ClockSerializer(serializers.ModelSerializer[Clock]):
    brand = BrandField(read_only=True)
    due_at = serializers.DateTimeField(help_text="When it runs out.")
    remaining_seconds = serializers.SerializerMethodField(
        help_text="Seconds left while it runs, at least 0; null once it has ended."
    )
    late_by_seconds = serializers.SerializerMethodField(
        help_text="Seconds past its time, 0 in time; null when it was cancelled."
    )

    class Meta:
        model = Clock
        fields = [
            "id",
            "brand",
            "incident",
            "kind",
            "state",
            "alarm",
            "started_at",
            "due_at",
            "stopped_at",
            "remaining_seconds",
            "late_by_seconds",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_remaining_seconds(self, clock: Clock) -> int | None:
        """Count what is left."""
        return clock.standing(timezone.now()).remaining_seconds

    def get_late_by_seconds(self, clock: Clock) -> int | None:
        """Count what is too much."""
        return clock.standing(timezone.now()).late_by_seconds


class ClockFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    class Meta:
        model = Clock
        fields = ["kind", "state", "alarm"]


class ClockViewSet(BrandViewSet):
    """How fast an incident wants to be, and how fast it is.

    Clocks are started and stopped by what happens: opening, acknowledging, approving,
    publishing. How long each runs is in the response policy of the brand, by severity.
    """

    serializer_class = ClockSerializer
    queryset = Clock.objects.all()
    filterset_class = ClockFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ))
