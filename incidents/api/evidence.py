"""Evidence: links and files."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.downloads import download
from crisisapi.common.filters import YesNoFilter
from crisisapi.common.parsers import StrictJSONParser
from incidents.api.incidents import ReasonSerializer
from incidents.models import Evidence, Fact, Incident, Task
from incidents.selectors.evidence import file_of
from incidents.services import evidence as services


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Evidence
        fields = [
            "id",
            "brand",
            "incident",
            "fact",
            "task",
            "kind",
            "title",
            "note",
            "url",
            "file_name",
            "content_type",
            "size",
            "sha256",
            "added_by",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawn_reason",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class _OwnerSerializer(serializers.ModelSerializer[Evidence]):
    fact = VisibleField(
        queryset=Fact.objects.all(), required=False, help_text="Id of the fact it shows."
    )
    task = VisibleField(
        queryset=Task.objects.all(),
        required=False,
        help_text="Id of the task or commitment it shows to be done.",
    )
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        help_text="Id of the incident, where it shows neither a fact nor a task.",
    )

    class Meta:
        model = Evidence
        fields = ["fact", "task", "incident", "title", "note"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put the one owner in the place of all fields."""
        named = [attrs.pop(name) for name in ("fact", "task", "incident") if name in attrs]
        if len(named) != 1:
            raise serializers.ValidationError(
                {"fact": [_("Name one: the fact it shows, the task, or the incident.")]}
            )
        return {**attrs, "owner": named[0]}


class NewEvidenceLinkSerializer(_OwnerSerializer):
    url = serializers.CharField(max_length=2_000, help_text="Where it is, http or https.")

    class Meta(_OwnerSerializer.Meta):
        fields = [*_OwnerSerializer.Meta.fields, "url"]


class NewEvidenceFileSerializer(_OwnerSerializer):
    title = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="What it is, in one line; else the file's name.",
    )
    file = serializers.FileField(
        max_length=1_000,
        allow_empty_file=True,
        help_text="PDF, PNG, JPEG, WebP, GIF, MP4, text, CSV, EML, DOCX, XLSX or ODT.",
    )

    class Meta(_OwnerSerializer.Meta):
        fields = [*_OwnerSerializer.Meta.fields, "file"]


class EvidenceFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    fact = filters.UUIDFilter(field_name="fact_id", help_text="Id of the fact it shows.")
    task = filters.UUIDFilter(field_name="task_id", help_text="Id of the task it shows done.")
    withdrawn = YesNoFilter(
        field_name="withdrawn_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="true: withdrawn; false: it counts.",
    )

    class Meta:
        model = Evidence
        fields = ["kind", "sha256"]


@extend_schema_view(
    list=extend_schema(summary="List evidence"),
    retrieve=extend_schema(summary="Get a piece of evidence"),
)
class EvidenceViewSet(BrandViewSet):
    """What shows a fact, or something of an incident: links and files."""

    serializer_class = EvidenceSerializer
    queryset = Evidence.objects.all()
    filterset_class = EvidenceFilter
    parser_classes = [StrictJSONParser, MultiPartParser]
    access = dict.fromkeys(
        ["list", "retrieve", "file"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(["create", "withdraw"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE))
    terms = {"create": NewEvidenceLinkSerializer, "withdraw": ReasonSerializer}

    def checker(self) -> Any:
        """Return what checks a form with a file, or a link in JSON."""
        is_form = self.request.content_type.startswith(MultiPartParser.media_type)
        asked = self.action == "create" and is_form
        return NewEvidenceFileSerializer if asked else super().checker()

    @extend_schema(
        request={
            "application/json": NewEvidenceLinkSerializer,
            "multipart/form-data": NewEvidenceFileSerializer,
        },
        responses={201: EvidenceSerializer},
        summary="Attach a piece of evidence",
    )
    def create(self, request: Request) -> Response:
        """Attach a link (JSON) or a file (a form) to a fact, a task or an incident.

        What a file is, its content says and not its name; at most 4 MiB.
        """
        terms = self.validated()
        self.require(terms["owner"].brand_id)
        said = {"actor": self.actor, "now": self.now()}
        if "file" not in terms:
            return self.created(services.attach_link(**terms, **said))
        sent = terms.pop("file")
        upload = services.Upload(sent.name, sent.read())
        return self.created(services.attach_file(upload=upload, **{"title": "", **terms}, **said))

    @extend_schema(
        request=ReasonSerializer,
        responses=EvidenceSerializer,
        summary="Withdraw a piece of evidence",
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Let it count no more, and say why; it stays to be seen."""
        evidence = self.get_object()
        return self.shown(
            services.withdraw_evidence(evidence=evidence, **self.validated(), **self.change())
        )

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter(
                "Content-Disposition",
                str,
                OpenApiParameter.HEADER,
                response=[200],
                description="The name of the file (RFC 5987 where it is not ASCII).",
            )
        ],
        summary="Get the file of a piece of evidence",
    )
    @action(detail=True)
    def file(self, request: Request, pk: Any) -> HttpResponse:
        """Download the file as it was sent, in its own content type."""
        evidence = self.get_object()
        content = file_of(evidence)
        if content is None:
            raise Http404
        return download(content, name=evidence.file_name, content_type=evidence.content_type)
