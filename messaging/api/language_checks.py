"""Language checks of a text that is nowhere stored."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, OnlyBrand, VisibleField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Brand, Role, Scope
from crisisapi.common.fields import OneOfField
from incidents.models import Incident
from messaging.models import Platform, Purpose
from messaging.models.template import LANGUAGE
from messaging.rules.language.findings import SEVERITIES
from messaging.selectors.language_checks import Found, Wording, check_wording
from messaging.services.findings import in_readers_language

TEXT_LENGTH = 100_000


class OfferSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["commitment"], help_text="What may be made of it.")
    title = serializers.CharField(help_text="One line.")
    promise = serializers.CharField(help_text="What the public would be promised, word for word.")
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="When it is due by its own words; null when they name no time."
    )
    incident = serializers.UUIDField(
        allow_null=True, help_text="Id of the incident, as it was named in the check."
    )


class FindingSerializer(serializers.Serializer[Found]):
    rule = serializers.CharField(source="finding.rule", help_text="Id of the rule.")
    category = serializers.CharField(source="finding.category", help_text="What sort of rule.")
    severity = serializers.ChoiceField(
        choices=SEVERITIES,
        source="finding.severity",
        help_text="How serious: an error keeps a message from review.",
    )
    start = serializers.IntegerField(
        source="finding.start",
        help_text="Where it begins, in code points; like `end` when something is missing.",
    )
    end = serializers.IntegerField(
        source="finding.end", help_text="Where it ends, in code points, exclusive."
    )
    quote = serializers.CharField(
        trim_whitespace=False, help_text="What stands there; empty when something is missing."
    )
    reason = serializers.SerializerMethodField(help_text="Why it was found, to the reader.")
    suggestion = serializers.SerializerMethodField(help_text="What would be better.")
    replacement = serializers.CharField(
        source="finding.replacement",
        help_text="Better words for the place, in the language of the text; empty without any.",
    )
    data = serializers.DictField(  # type: ignore[assignment]  # a name of Serializer's own too
        source="finding.data",
        help_text="What the rule knows besides, e.g. `source`, `id` and `quote` of a fact.",
    )
    offer = OfferSerializer(
        allow_null=True,
        help_text="For a promise: a commitment; send all but `kind` to `POST /tasks/promise/`.",
    )

    def get_reason(self, found: Found) -> str:
        """Say why in the language of the request."""
        return in_readers_language(found.finding.reason)

    def get_suggestion(self, found: Found) -> str:
        """Say what would be better in the language of the request."""
        return in_readers_language(found.finding.suggestion)


class AppliedPackSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The built-in pack (he, en), or the id of a brand's.")
    version = serializers.CharField(help_text="Its version.")
    language = serializers.CharField(help_text="The language it is for.")


class FindingCountsSerializer(serializers.Serializer[Any]):
    error = serializers.IntegerField(help_text="Number of errors.")
    warning = serializers.IntegerField(help_text="Number of warnings.")
    hint = serializers.IntegerField(help_text="Number of hints.")


class LanguageCheckSerializer(serializers.Serializer[Any]):
    language = serializers.CharField(
        help_text="The language of the text: as given, or found out (he, en; und without letters)."
    )
    findings = FindingSerializer(
        many=True, source="found", help_text="What was found, by place; what is missing first."
    )
    counts = FindingCountsSerializer(help_text="How many findings of each severity.")
    packs = AppliedPackSerializer(many=True, help_text="Which rules were applied.")


class NewLanguageCheckSerializer(serializers.Serializer[Any]):
    brand = BrandField(
        default=None, help_text="Slug of the brand; not needed with an incident or a single brand."
    )
    text = serializers.CharField(
        max_length=TEXT_LENGTH,
        trim_whitespace=False,
        help_text="The wording; up to 100,000 code points.",
    )
    language = serializers.CharField(
        validators=[LANGUAGE],
        max_length=2,
        required=False,
        help_text="ISO 639-1; left out: found out from the letters.",
    )
    purpose = OneOfField(
        choices=Purpose.choices,
        required=False,
        help_text="What it is for; left out: nothing can be missing in it.",
    )
    platform = OneOfField(
        choices=Platform.choices,
        required=False,
        help_text="Where it would be read: its limits for one post count too.",
    )
    incident = VisibleField(
        queryset=Incident.objects.select_related("brand"),
        required=False,
        help_text="Id of the incident: its advice, its facts and what was published count too.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find the brand by the incident, or as the caller's only one."""
        incident, brand = attrs.get("incident"), attrs.get("brand")
        if incident is not None and brand not in (None, incident.brand):
            raise serializers.ValidationError(
                {"brand": [_("The incident belongs to another brand.")]}
            )
        attrs["brand"] = incident.brand if incident else brand or self._only_brand()
        return attrs

    def _only_brand(self) -> Brand:
        field: Any = self.fields["brand"]
        try:
            return OnlyBrand()(field)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"brand": error.detail}) from error


class LanguageCheckViewSet(BrandViewSet):
    """Findings as you type; nothing of the text is stored."""

    serializer_class = LanguageCheckSerializer
    queryset = Incident.objects.none()
    idempotent = False
    access = {"create": Access(Role.VIEWER, Scope.MESSAGES_READ)}
    terms = {"create": NewLanguageCheckSerializer}

    @extend_schema(
        request=NewLanguageCheckSerializer,
        responses=LanguageCheckSerializer,
        operation_id="checkLanguage",
        summary="Check the language of a text",
    )
    def create(self, request: Request) -> Response:
        """Check a text; reasons and suggestions come in the language of Accept-Language."""
        terms = self.validated()
        brand, incident = terms.pop("brand"), terms.pop("incident", None)
        self.require(brand.pk)
        checked = check_wording(Wording(**terms), brand=brand, incident=incident, now=self.now())
        return self.shown(checked)
