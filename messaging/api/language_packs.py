"""Language packs of a brand, and their versions."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, ShortDictField, ShortListField
from messaging.models import LanguagePack, LanguagePackRevision
from messaging.rules.language.findings import SEVERITIES
from messaging.services.language_packs import add_language_pack, change_language_pack

_DISABLED = "Ids of rules that are not applied; the one for placeholders always is."
_SEVERITIES = "By id of a rule: error, warning or hint instead of its own."


class LanguagePackSerializer(serializers.ModelSerializer[LanguagePack]):
    brand = BrandField(read_only=True)
    disabled = serializers.ListField(child=serializers.CharField(), help_text=_DISABLED)
    severities = serializers.DictField(
        child=serializers.ChoiceField(choices=SEVERITIES), help_text=_SEVERITIES
    )

    class Meta:
        model = LanguagePack
        fields = [
            "id",
            "brand",
            "language",
            "name",
            "rules",
            "disabled",
            "severities",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class LanguagePackRevisionSerializer(serializers.ModelSerializer[LanguagePackRevision]):
    disabled = serializers.ListField(child=serializers.CharField(), help_text=_DISABLED)
    severities = serializers.DictField(
        child=serializers.ChoiceField(choices=SEVERITIES), help_text=_SEVERITIES
    )

    class Meta:
        model = LanguagePackRevision
        fields = [
            "id",
            "number",
            "name",
            "rules",
            "disabled",
            "severities",
            "is_active",
            "author",
            "created_at",
        ]
        read_only_fields = fields


class LanguagePackChangeSerializer(serializers.ModelSerializer[LanguagePack]):
    disabled = ShortListField(
        child=serializers.CharField(max_length=80), required=False, help_text=_DISABLED
    )
    severities = ShortDictField(
        child=OneOfField(choices=SEVERITIES), required=False, help_text=_SEVERITIES
    )

    class Meta:
        model = LanguagePack
        fields = ["name", "rules", "disabled", "severities", "is_active"]
        extra_kwargs = {"rules": {"trim_whitespace": False}}


class NewLanguagePackSerializer(LanguagePackChangeSerializer):
    brand = BrandField()

    class Meta(LanguagePackChangeSerializer.Meta):
        fields = ["brand", "language", *LanguagePackChangeSerializer.Meta.fields]
        # A name taken already is the service's refusal, with a code of its own.
        validators: list[Any] = []


class LanguagePackFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = LanguagePack
        fields = ["language", "is_active"]


class LanguagePackViewSet(BrandViewSet):
    """What a brand adds to the built-in language checks, or takes away."""

    serializer_class = LanguagePackSerializer
    queryset = LanguagePack.objects.all()
    filterset_class = LanguagePackFilter
    access = dict.fromkeys(
        ["list", "retrieve", "revisions"], Access(Role.VIEWER, Scope.MESSAGES_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.MANAGER))
    terms = {"create": NewLanguagePackSerializer, "partial_update": LanguagePackChangeSerializer}

    @extend_schema(request=NewLanguagePackSerializer, responses={201: LanguagePackSerializer})
    def create(self, request: Request) -> Response:
        """Add a pack; every example of every rule has to do what it says. People only."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(add_language_pack(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=LanguagePackChangeSerializer, responses=LanguagePackSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a pack, or set it inactive; its versions are kept. People only."""
        pack = self.get_object()
        return self.shown(change_language_pack(pack=pack, **self.validated(), **self.change()))

    @extend_schema(responses=LanguagePackRevisionSerializer(many=True), filters=False)
    @action(
        detail=True,
        serializer_class=LanguagePackRevisionSerializer,
        filterset_class=None,
        filters_query=True,
        keyset="-number",
    )
    def revisions(self, request: Request, pk: Any) -> Response:
        """Every version it ever had, newest first."""
        return self.listed(self.get_object().revisions.all())
