"""The kinds of sources, with all that a form for a new one needs."""

from collections.abc import Iterable, Iterator
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import ANY_SCOPE, Access
from crisisapi.common.setup import Field
from monitoring.models import Source
from monitoring.sources import PROVIDERS, Provider


class SourceFieldSerializer(serializers.Serializer[Field]):
    name = serializers.CharField(help_text="Name it is given by, in settings or credentials.")
    label = serializers.CharField(  # type: ignore[assignment]  # a name of Field's own too
        help_text="What people call it, in the language you ask for."
    )
    help_text = serializers.CharField(  # type: ignore[assignment]  # a name of Field's own too
        help_text="What to put in; may be empty."
    )
    required = serializers.BooleanField(  # type: ignore[assignment]  # a name of Field's own too
        help_text="Whether it cannot be left empty."
    )
    is_secret = serializers.BooleanField(help_text="Whether what is typed should be hidden.")


class KnownSourceKindSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="Name a source gives it.")
    label = serializers.CharField(  # type: ignore[assignment]  # a name of Field's own too
        help_text="What people call it, in the language you ask for."
    )
    platform = serializers.CharField(
        help_text="Platform of its mentions where the source names no other."
    )
    is_pushed = serializers.BooleanField(help_text="Whether it pushes to the webhook.")
    is_fetched = serializers.BooleanField(help_text="Whether it is asked, or listened to.")
    has_own_secret = serializers.BooleanField(
        help_text="Whether we make the signing secret; else the platform does."
    )
    interval_seconds = serializers.IntegerField(
        allow_null=True, help_text="How often it is asked by default; null when it is not."
    )
    least_interval_seconds = serializers.IntegerField(
        allow_null=True, help_text="How often it can be asked at most; null when it is not."
    )
    settings = SourceFieldSerializer(many=True, help_text="What can be set.")
    credentials = SourceFieldSerializer(many=True, help_text="Secrets: written, never shown.")


class KnownSourceKindsSerializer(serializers.Serializer[Any]):
    results = KnownSourceKindSerializer(many=True, help_text="Every kind there is, by name.")


class SourceKindViewSet(BrandViewSet):
    """What can be listened to, and what each needs."""

    queryset = Source.objects.none()
    serializer_class = KnownSourceKindsSerializer
    access = {"kinds": Access(None, ANY_SCOPE)}
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=KnownSourceKindsSerializer,
        operation_id="listSourceKinds",
        summary="List the kinds of sources",
    )
    def kinds(self, request: Request) -> Response:
        """Every kind with its settings and credentials; a short list, never cut in pages."""
        rows = [_row(provider) for _kind, provider in sorted(PROVIDERS.items())]
        return Response(KnownSourceKindsSerializer({"results": rows}).data)


def _row(provider: Provider) -> dict[str, Any]:
    asked = provider.is_fetched
    return {
        "kind": provider.kind,
        "label": provider.label,
        "platform": provider.platform,
        "is_pushed": provider.is_pushed,
        "is_fetched": asked,
        "has_own_secret": provider.has_own_secret,
        "interval_seconds": int(provider.interval.total_seconds()) if asked else None,
        "least_interval_seconds": int(provider.least_interval.total_seconds()) if asked else None,
        "settings": list(_fields(provider.settings, is_secret=False)),
        "credentials": list(_fields(provider.credentials, is_secret=True)),
    }


def _fields(fields: Iterable[Field], *, is_secret: bool) -> Iterator[dict[str, Any]]:
    for one in fields:
        yield {
            "name": one.name,
            "label": one.label,
            "help_text": one.help_text,
            "required": one.required,
            "is_secret": is_secret or one.is_secret,
        }
