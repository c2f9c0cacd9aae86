"""The rules of language in force for a brand, read only."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField
from crisisapi.common.filters import refuse_unknown
from messaging.models import LanguagePack, PackLanguage, Purpose
from messaging.rules.language.findings import SEVERITIES
from messaging.selectors.language_rules import RuleInForce, list_rules
from messaging.services.findings import in_readers_language


class LanguageRuleSerializer(serializers.Serializer[RuleInForce]):
    id = serializers.CharField(help_text="Id of the rule; findings name it.")
    language = serializers.ChoiceField(
        choices=PackLanguage.choices, help_text="The language of the texts it is for."
    )
    category = serializers.CharField(help_text="What sort of rule.")
    severity = serializers.ChoiceField(
        choices=SEVERITIES,
        help_text="How serious its findings are, at most where that depends on the incident.",
    )
    reason = serializers.SerializerMethodField(help_text="Why it finds something, to the reader.")
    suggestion = serializers.SerializerMethodField(help_text="What would be better.")
    purposes = serializers.ListField(
        child=serializers.ChoiceField(choices=Purpose.choices),
        help_text="What texts it is applied to; empty: it depends on the incident.",
    )
    fires = serializers.ListField(
        child=serializers.CharField(), help_text="Texts in which it finds something."
    )
    silent = serializers.ListField(
        child=serializers.CharField(), help_text="Texts in which it finds nothing."
    )
    pack = serializers.CharField(
        help_text="Where it comes from: he or en (built in), incident, or the id of a pack."
    )

    def get_reason(self, rule: RuleInForce) -> str:
        """Say why in the language of the request."""
        return in_readers_language(rule.reason)

    def get_suggestion(self, rule: RuleInForce) -> str:
        """Say what would be better in the language of the request."""
        return in_readers_language(rule.suggestion)


class LanguageRulesSerializer(serializers.Serializer[Any]):
    results = LanguageRuleSerializer(many=True, help_text="Every rule in force, by id.")


class LanguageRuleTermsSerializer(serializers.Serializer[Any]):
    brand = BrandField()
    language = OneOfField(choices=PackLanguage.choices, required=False)


class LanguageRuleViewSet(BrandViewSet):
    """What the texts of a brand are checked for."""

    queryset = LanguagePack.objects.none()
    serializer_class = LanguageRulesSerializer
    access = {"rules": Access(Role.VIEWER, Scope.MESSAGES_READ)}
    filters_query = True
    tag = "language-rules"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=LanguageRulesSerializer,
        operation_id="listLanguageRules",
        summary="List the rules of language in force",
        parameters=[
            OpenApiParameter("brand", str, description="Slug; not needed with one brand."),
            OpenApiParameter("language", str, enum=PackLanguage.values, description="he or en."),
        ],
    )
    def rules(self, request: Request) -> Response:
        """Every rule with its examples; a list that is never cut in pages."""
        refuse_unknown(request, {"brand", "language"})
        terms = LanguageRuleTermsSerializer(
            data=request.query_params.dict(), context=self.get_serializer_context()
        )
        terms.is_valid(raise_exception=True)
        brand = terms.validated_data["brand"]
        self.require(brand.pk)
        rows = list_rules(brand.pk, language=terms.validated_data.get("language", ""))
        return Response(LanguageRulesSerializer({"results": rows}).data)
