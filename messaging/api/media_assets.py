"""Pictures and films that go with messages."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.downloads import download
from crisisapi.common.fields import OneOfField
from crisisapi.common.parsers import StrictJSONParser
from incidents.models import Incident
from incidents.services.evidence import Upload
from messaging.models import ALT_LENGTH, MediaAsset
from messaging.rules.media_files import MEDIA_TYPES
from messaging.selectors.media import file_of, needed_now
from messaging.services import media as services

_REMOTE = ("url", "content_type", "size", "sha256", "width", "height")


class MediaAssetSerializer(serializers.ModelSerializer[MediaAsset]):
    brand = BrandField(read_only=True)

    class Meta:
        model = MediaAsset
        fields = [
            "id",
            "brand",
            "incident",
            "name",
            "alt_text",
            "content_type",
            "size",
            "sha256",
            "width",
            "height",
            "url",
            "added_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class MediaAssetChangeSerializer(serializers.ModelSerializer[MediaAsset]):
    class Meta:
        model = MediaAsset
        fields = ["name", "alt_text"]


class NewMediaFileSerializer(serializers.Serializer[Any]):
    brand = BrandField()
    incident = VisibleField(
        queryset=Incident.objects.all(), required=False, help_text="Id of the incident it is for."
    )
    name = serializers.CharField(
        max_length=200, required=False, help_text="Name people find it by; else that of the file."
    )
    alt_text = serializers.CharField(
        max_length=ALT_LENGTH, required=False, allow_blank=True, help_text="What it shows."
    )
    file = serializers.FileField(
        max_length=1_000, allow_empty_file=True, help_text="JPEG, PNG, GIF, WebP or MP4."
    )


class NewMediaLinkSerializer(NewMediaFileSerializer):
    name = serializers.CharField(max_length=200, help_text="Name people find it by.")
    file = None  # type: ignore[assignment]  # given by its address instead
    url = serializers.CharField(max_length=2_000, help_text="Where it is, https.")
    content_type = OneOfField(
        choices=[(name, name) for name in MEDIA_TYPES], help_text="Media type."
    )
    size = serializers.IntegerField(min_value=1, max_value=2**40, help_text="Bytes.")
    sha256 = serializers.CharField(
        min_length=64, max_length=64, help_text="SHA-256 of the file, hexadecimal."
    )
    width = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, help_text="In pixels."
    )
    height = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, help_text="In pixels."
    )


class MediaAssetFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    class Meta:
        model = MediaAsset
        fields = ["content_type", "sha256"]


_BINARY = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


@extend_schema_view(
    list=extend_schema(summary="List pictures and films"),
    retrieve=extend_schema(summary="Get a picture or film"),
)
class MediaAssetViewSet(BrandViewSet):
    """Pictures and films that go with messages."""

    serializer_class = MediaAssetSerializer
    queryset = MediaAsset.objects.all()
    filterset_class = MediaAssetFilter
    parser_classes = [StrictJSONParser, MultiPartParser]
    access = dict.fromkeys(
        ["list", "retrieve", "file"], Access(Role.VIEWER, Scope.MESSAGES_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.RESPONDER, Scope.MESSAGES_WRITE))
    terms = {"create": NewMediaLinkSerializer, "partial_update": MediaAssetChangeSerializer}

    def checker(self) -> Any:
        """Return what checks a form with a file, or an address in JSON."""
        is_form = self.request.content_type.startswith(MultiPartParser.media_type)
        asked = self.action == "create" and is_form
        return NewMediaFileSerializer if asked else super().checker()

    @extend_schema(
        request={
            "application/json": NewMediaLinkSerializer,
            "multipart/form-data": NewMediaFileSerializer,
        },
        responses={201: MediaAssetSerializer},
        summary="Add a picture or film",
    )
    def create(self, request: Request) -> Response:
        """Add a file (a form, at most 4 MiB) or one at a public address (JSON).

        What a file is, its content says and not its name. Its bytes never change.
        """
        terms = self.validated()
        self.require(terms["brand"].pk)
        said = {"actor": self.actor, "now": self.now()}
        if "file" in terms:
            sent = terms.pop("file")
            upload = Upload(sent.name, sent.read())
            return self.created(services.keep_media(upload=upload, **terms, **said))
        remote = services.RemoteFile(**{name: terms.pop(name) for name in _REMOTE if name in terms})
        return self.created(services.point_to_media(remote=remote, **terms, **said))

    @extend_schema(
        request=MediaAssetChangeSerializer,
        responses=MediaAssetSerializer,
        summary="Describe a picture or film",
    )
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Name or describe it otherwise; variants that show it keep the words they were given."""
        asset = self.get_object()
        return self.shown(services.describe_media(asset=asset, **self.validated(), **self.change()))

    @extend_schema(
        responses=_BINARY,
        parameters=[
            OpenApiParameter(
                "Content-Disposition",
                str,
                OpenApiParameter.HEADER,
                response=[200],
                description="The name of the file (RFC 5987 where it is not ASCII).",
            )
        ],
        summary="Get the file of a picture or film",
    )
    @action(detail=True)
    def file(self, request: Request, pk: Any) -> HttpResponse:
        """Download the file as it was sent; 404 for one at an address of its own."""
        return _given(self.get_object())


class PublicMediaViewSet(BrandViewSet):
    """Where platforms that fetch a file themselves find it."""

    queryset = MediaAsset.objects.none()
    serializer_class = MediaAssetSerializer
    permission_classes = [AllowAny]
    authentication_classes = []
    access = {}
    pagination_class = None
    filter_backends = []
    tag = "media-assets"

    @extend_schema(
        responses=_BINARY,
        operation_id="getPublicMedia",
        summary="Read a picture or film as the public does",
    )
    def show(self, request: Request, pk: UUID) -> HttpResponse:
        """Give the file while a publication on its way shows it, and 404 at all other times."""
        asset = needed_now(pk)
        if asset is None:
            raise Http404
        return _given(asset)


def _given(asset: MediaAsset) -> HttpResponse:
    content = file_of(asset)
    if content is None:
        raise Http404
    return download(content, name=asset.name, content_type=asset.content_type)
