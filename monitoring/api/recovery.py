"""How far the talk of an incident is from what it was before."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Incident
from monitoring.services.recovery import read_recovery


class DistanceSerializer(serializers.Serializer[Any]):
    now = serializers.FloatField(help_text="Over the last six hours: an hour's count, or a share.")
    usual = serializers.FloatField(help_text="What is usual at these hours of the week.")
    distance = serializers.FloatField(
        help_text="How far from it: relative (0.5: half more), of the share in points of 1."
    )
    is_inside = serializers.BooleanField(help_text="Whether that is within what is usual.")


class HoursSerializer(serializers.Serializer[Any]):
    low = serializers.FloatField(help_text="Lower end of the 90 % interval, in hours from now.")
    middle = serializers.FloatField(help_text="Middle, in hours from now.")
    high = serializers.FloatField(help_text="Upper end of the 90 % interval, in hours from now.")


class RecoverySerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        ["storm", "settling", "recovered", "cannot_tell"],
        help_text="Recovered: the talk has been usual for 24 hours; settling: for less. It cannot "
        "be told without three days of mentions from before the incident.",
    )
    band = serializers.FloatField(
        allow_null=True, help_text="How far from the usual talk counts as usual, relative."
    )
    volume = DistanceSerializer(allow_null=True, help_text="Mentions an hour.")
    negative_share = DistanceSerializer(allow_null=True, help_text="Share of negative mentions.")
    engagement = DistanceSerializer(
        allow_null=True, help_text="Likes, comments and shares an hour, of a day ago."
    )
    settled_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when the talk is usual; null while it is not."
    )
    recovered_at = serializers.DateTimeField(
        allow_null=True, help_text="When it had been usual for 24 hours."
    )
    expected = HoursSerializer(
        allow_null=True,
        help_text="When the talk will be usual; null when it is, or when nobody can tell.",
    )
    hours_so_far = serializers.FloatField(help_text="Hours since the incident started.")
    query = serializers.UUIDField(
        allow_null=True, help_text="The query whose mentions are counted; null for all."
    )
    measured_at = serializers.DateTimeField(help_text="As of when.")
    method = serializers.CharField(help_text="Name and version of the method.")


class RecoveryViewSet(BrandViewSet):
    """How an incident ends."""

    queryset = Incident.objects.all()
    serializer_class = RecoverySerializer
    access = {"recovery": Access(Role.VIEWER, Scope.METRICS_READ)}
    tag = "incidents"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=RecoverySerializer,
        operation_id="getIncidentRecovery",
        summary="Get the recovery of an incident",
    )
    def recovery(self, request: Request, pk: Any) -> Response:
        """Distance of the talk from what it was before, and when it is expected to be back."""
        found = read_recovery(self.get_object(), now=self.now())
        return Response(RecoverySerializer(found).data)
