"""Previews: what a text would be on each platform, before anything is stored."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import VisibleField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, ShortDictField, ShortListField
from messaging.api.measures import MeasuredPostSerializer
from messaging.api.variants import MOST_MEDIA, ShownMediaSerializer
from messaging.models import BODY_LENGTH, Channel, Platform, Variant
from messaging.models.template import LANGUAGE
from messaging.rules.pieces import Draft, measured, posts_of
from messaging.rules.variant_options import wrong_options
from messaging.services.piecing import limits_of, medium_of

TEXT_LENGTH = max(BODY_LENGTH, 100_000)
_DRAFTED = ("text", "title", "language", "link", "is_thread", "is_numbered", "is_isolated")


class NewPreviewSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=TEXT_LENGTH,
        allow_blank=True,
        trim_whitespace=False,
        help_text="The wording; up to 100,000 code points.",
    )
    title = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="One line."
    )
    language = serializers.CharField(
        max_length=2, validators=[LANGUAGE], help_text="ISO 639-1, e.g. he or en."
    )
    platforms = ShortListField(
        child=OneOfField(choices=Platform.choices),
        required=False,
        max_length=len(Platform.choices),
        help_text="Platforms to look at, with the limits everybody has there.",
    )
    channels = VisibleField(
        queryset=Channel.objects.all(),
        many=True,
        required=False,
        help_text="Ids of channels to look at, with the limits of their accounts.",
    )
    link = serializers.URLField(
        max_length=2_000, required=False, allow_blank=True, help_text="An address it leads to."
    )
    is_thread = serializers.BooleanField(
        required=False, help_text="Whether a long text is cut into several posts."
    )
    is_numbered = serializers.BooleanField(
        required=False,
        help_text="Whether the posts of a thread are numbered; left out: yes.",
    )
    is_isolated = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether directions are kept by isolates."
    )
    options = ShortDictField(
        child=serializers.JSONField(),
        required=False,
        help_text="What platforms are told beside it; each looks at what it knows.",
    )
    media = ShortListField(
        child=ShownMediaSerializer(),
        required=False,
        max_length=MOST_MEDIA,
        help_text="Pictures and films, in order.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a preview of nothing."""
        if not attrs.get("platforms") and not attrs.get("channels"):
            sentence = _("Name at least one platform or channel.")
            raise serializers.ValidationError({"platforms": [sentence]})
        return attrs


class PreviewedPlatformSerializer(serializers.Serializer[Any]):
    platform = serializers.ChoiceField(choices=Platform.choices, help_text="The platform.")
    channel = serializers.UUIDField(
        allow_null=True, help_text="Id of the channel; null for a platform as such."
    )
    is_sendable = serializers.BooleanField(help_text="Whether nothing of it would be refused.")
    pieces = MeasuredPostSerializer(many=True, help_text="The posts, word for word.")


class PreviewSerializer(serializers.Serializer[Any]):
    results = PreviewedPlatformSerializer(
        many=True, help_text="The platforms, then the channels, in the order asked for."
    )


class PreviewViewSet(BrandViewSet):
    """What a text would be on each platform."""

    queryset = Variant.objects.none()
    serializer_class = PreviewSerializer
    access = {"create": Access(Role.VIEWER, Scope.MESSAGES_READ)}
    terms = {"create": NewPreviewSerializer}
    idempotent = False
    pagination_class = None
    filter_backends = []

    @extend_schema(
        request=NewPreviewSerializer,
        responses={200: PreviewSerializer},
        operation_id="previewPosts",
        summary="Preview a text on platforms",
    )
    def create(self, request: Request) -> Response:
        """Say which posts a text makes, how each counts and what is wrong; store nothing."""
        terms = self.validated()
        asked = [(name, None) for name in dict.fromkeys(terms.get("platforms", []))]
        asked += [(channel.platform, channel) for channel in terms.get("channels", [])]
        rows = [_row(platform, channel, terms) for platform, channel in asked]
        return Response(PreviewSerializer({"results": rows}).data)


def _row(platform: str, channel: Channel | None, terms: Mapping[str, Any]) -> dict[str, Any]:
    draft = _draft(platform, terms)
    limits = limits_of(channel) if channel else {}
    texts = posts_of(platform, draft, limits)
    measures = measured(platform, draft, texts, limits)
    attachments = [
        {
            "asset": one["asset"].pk,
            "mime_type": one["asset"].content_type,
            "alt_text": _alt_text(one),
            "size": one["asset"].size,
            "sha256": one["asset"].sha256,
        }
        for one in terms.get("media", [])
    ]
    pieces = [
        {
            "piece": {
                "text": text,
                "title": draft.title,
                "attachments": [] if place else attachments,
            },
            "measure": measure,
        }
        for place, (text, measure) in enumerate(zip(texts, measures, strict=True))
    ]
    return {
        "platform": platform,
        "channel": channel.pk if channel else None,
        "is_sendable": not any(measure.errors for measure in measures),
        "pieces": pieces,
    }


def _draft(platform: str, terms: Mapping[str, Any]) -> Draft:
    said = terms.get("options", {})
    known = {
        name: value for name, value in said.items() if not wrong_options(platform, {name: value})
    }
    media = [medium_of(one["asset"], _alt_text(one)) for one in terms.get("media", [])]
    fields = {name: terms[name] for name in _DRAFTED if name in terms}
    return Draft(**fields, options=known, media=media)


def _alt_text(one: Mapping[str, Any]) -> str:
    return str(one.get("alt_text", one["asset"].alt_text))
