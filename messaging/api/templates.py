"""Templates, and drafts made from them."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import ShortDictField, ShortListField
from incidents.models import Fact, Incident
from incidents.models.incident import Kind
from messaging.api.messages import MessageSerializer
from messaging.models import Template
from messaging.services.messages import draft_from_template
from messaging.services.templates import add_template, change_template


class TemplateSerializer(serializers.ModelSerializer[Template]):
    brand = BrandField(read_only=True)
    kind = serializers.ChoiceField(
        choices=Kind.choices,
        allow_blank=True,
        read_only=True,
        help_text="The sort of crisis it was written for; empty: any.",
    )
    placeholders = serializers.ListField(
        child=serializers.CharField(), help_text="Names of the placeholders in the body."
    )

    class Meta:
        model = Template
        fields = [
            "id",
            "brand",
            "name",
            "title",
            "purpose",
            "kind",
            "language",
            "body",
            "placeholders",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class TemplateChangeSerializer(serializers.ModelSerializer[Template]):
    placeholders = ShortListField(
        child=serializers.CharField(max_length=40),
        required=False,
        max_length=50,
        help_text="Names of the placeholders; each stands in the body, and no other does.",
    )

    class Meta:
        model = Template
        fields = [
            "name",
            "title",
            "purpose",
            "kind",
            "language",
            "body",
            "placeholders",
            "is_active",
        ]


class NewTemplateSerializer(TemplateChangeSerializer):
    brand = BrandField()

    class Meta(TemplateChangeSerializer.Meta):
        fields = ["brand", *TemplateChangeSerializer.Meta.fields]
        # A name taken already is the service's refusal, with a code of its own.
        validators: list[Any] = []


class DraftSerializer(serializers.Serializer[Any]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")
    values = ShortDictField(
        child=serializers.CharField(max_length=5_000),
        help_text="The text for each placeholder, by name.",
    )
    title = serializers.CharField(
        max_length=200, required=False, help_text="One line; left out: that of the template."
    )
    facts = VisibleField(
        queryset=Fact.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the facts it rests on.",
    )


class TemplateFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = Template
        fields = ["name", "purpose", "kind", "language", "is_active"]


class TemplateViewSet(BrandViewSet):
    """Wording prepared before it is needed."""

    serializer_class = TemplateSerializer
    queryset = Template.objects.all()
    filterset_class = TemplateFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)) | {
        "create": Access(Role.APPROVER),
        "partial_update": Access(Role.APPROVER),
        "draft": Access(Role.RESPONDER, Scope.MESSAGES_WRITE),
    }
    terms = {
        "create": NewTemplateSerializer,
        "partial_update": TemplateChangeSerializer,
        "draft": DraftSerializer,
    }

    @extend_schema(request=NewTemplateSerializer, responses={201: TemplateSerializer})
    def create(self, request: Request) -> Response:
        """Prepare a template. People only."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(add_template(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=TemplateChangeSerializer, responses=TemplateSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a template; messages made from it stay as they are. People only."""
        template = self.get_object()
        return self.shown(change_template(template=template, **self.validated(), **self.change()))

    @extend_schema(
        request=DraftSerializer,
        responses={201: MessageSerializer},
        operation_id="draftMessageFromTemplate",
        summary="Draft a message from a template",
    )
    @action(detail=True, methods=["post"], serializer_class=MessageSerializer)
    def draft(self, request: Request, pk: Any) -> Response:
        """Make a message: the template's wording, its placeholders filled, as a draft."""
        template = self.get_object()
        terms = self.validated()
        message = draft_from_template(template=template, **terms, actor=self.actor, now=self.now())
        return self.created(message)
