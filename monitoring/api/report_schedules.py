"""Schedules of reports: to whom they are mailed, how often."""

from typing import Any

from django.utils import translation
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, MemberUserField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role
from crisisapi.common.fields import OneOfField, ShortListField
from crisisapi.common.filters import YesNoFilter
from incidents.models import Incident
from messaging.rules.mail_addresses import LONGEST
from monitoring.api.languages import LanguageField
from monitoring.models import Cadence, ReportAudience, ReportFormat, ReportSchedule
from monitoring.services import report_schedules as services

RECIPIENTS_LIMIT = 50


class ReportScheduleSerializer(serializers.ModelSerializer[ReportSchedule]):
    brand = BrandField(read_only=True)
    people = serializers.SerializerMethodField(help_text="Ids of the members who get it.")
    addresses = serializers.SerializerMethodField(
        help_text="Addresses outside of the brand that get it."
    )

    class Meta:
        model = ReportSchedule
        fields = [
            "id",
            "brand",
            "incident",
            "audience",
            "language",
            "format",
            "cadence",
            "hours",
            "at",
            "weekday",
            "people",
            "addresses",
            "next_due_at",
            "ended_at",
            "created_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_people(self, schedule: ReportSchedule) -> list[str]:
        """Return the members who did not leave."""
        standing = [one for one in schedule.recipients.all() if one.left_at is None]
        return [str(one.person_id) for one in standing if one.person_id]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_addresses(self, schedule: ReportSchedule) -> list[str]:
        """Return the addresses that did not leave."""
        return [one.address for one in schedule.recipients.all() if one.address]


class ReportScheduleChangeSerializer(serializers.Serializer[Any]):
    cadence = OneOfField(choices=Cadence.choices, required=False, help_text="How often.")
    hours = serializers.IntegerField(
        min_value=1,
        max_value=24,
        required=False,
        allow_null=True,
        help_text="Hours between two of them, for every few hours.",
    )
    at = serializers.TimeField(
        required=False,
        allow_null=True,
        help_text="Time of day by the brand's clock, for every day and every week.",
    )
    weekday = serializers.IntegerField(
        min_value=1,
        max_value=7,
        required=False,
        allow_null=True,
        help_text="1 (Monday) to 7 (Sunday), for every week.",
    )
    language = LanguageField(help_text="In which language; by default that of Accept-Language.")
    format = OneOfField(
        choices=ReportFormat.choices, required=False, help_text="What it is written as."
    )
    people = ShortListField(
        child=MemberUserField(),
        max_length=RECIPIENTS_LIMIT,
        required=False,
        help_text="Ids of members who get it; they must be allowed to read the incident.",
    )
    addresses = ShortListField(
        child=serializers.CharField(max_length=LONGEST),
        max_length=RECIPIENTS_LIMIT,
        required=False,
        help_text="Addresses outside of the brand that get it.",
    )


class NewReportScheduleSerializer(ReportScheduleChangeSerializer):
    incident = VisibleField(
        queryset=Incident.objects.select_related("brand"), help_text="Id of the incident."
    )
    audience = OneOfField(
        choices=ReportAudience.choices,
        required=False,
        help_text="For the team, or for everybody: approved words and numbers only.",
    )
    cadence = OneOfField(choices=Cadence.choices, help_text="How often.")


class NothingSerializer(serializers.Serializer[Any]):
    """Nothing need be said."""


class ReportScheduleFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    ended = YesNoFilter(
        field_name="ended_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="true: ended; false: going on.",
    )

    class Meta:
        model = ReportSchedule
        fields = ["audience", "cadence"]


class ReportScheduleViewSet(BrandViewSet):
    """Reports that are mailed again and again, until the incident is over."""

    serializer_class = ReportScheduleSerializer
    queryset = ReportSchedule.objects.prefetch_related("recipients")
    filterset_class = ReportScheduleFilter
    keyset = "-created_at"
    access = dict.fromkeys(
        ["list", "retrieve", "create", "partial_update", "end"], Access(Role.MANAGER)
    ) | {"leave": Access(Role.VIEWER)}
    terms = {
        "create": NewReportScheduleSerializer,
        "partial_update": ReportScheduleChangeSerializer,
        "end": NothingSerializer,
        "leave": NothingSerializer,
    }

    @extend_schema(request=NewReportScheduleSerializer, responses={201: ReportScheduleSerializer})
    def create(self, request: Request) -> Response:
        """Have the report of an incident mailed to members, or to addresses you answer for.

        Each slot is mailed once; slots missed while nobody worked are made up for by one report.
        It ends when the incident is over.
        """
        terms = {
            "language": translation.get_language(),
            "people": [],
            "addresses": [],
            **self.validated(),
        }
        self.require(terms["incident"].brand_id)
        return self.created(services.schedule_report(actor=self.actor, now=self.now(), **terms))

    @extend_schema(request=ReportScheduleChangeSerializer, responses=ReportScheduleSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change when, as what and to whom; who left is written to again only when named."""
        schedule = self.get_object()
        changed = services.change_schedule(schedule=schedule, **self.validated(), **self.change())
        return self.shown(changed)

    @extend_schema(request=NothingSerializer, responses=ReportScheduleSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any) -> Response:
        """Mail no more of them; what was ordered already is still sent."""
        schedule = self.get_object()
        self.validated()
        return self.shown(services.end_schedule(schedule=schedule, **self.change()))

    @extend_schema(
        request=NothingSerializer,
        responses={204: None},
        operation_id="leaveReportSchedule",
        summary="Leave a report schedule",
    )
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: Any) -> Response:
        """Get no more of these reports; the others go on to get them."""
        schedule = self.get_object()
        self.validated()
        services.leave_schedule(schedule=schedule, person_id=self.actor.person_id, now=self.now())
        return Response(status=204)
