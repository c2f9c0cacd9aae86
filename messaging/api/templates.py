"""Templates, and drafts made from them."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
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
from crisisapi.common.fields import MomentField
from crisisapi.common.filters import YesNoFilter
from incidents.models.incident import Kind
from messaging.api.drafting import (
    DraftedSerializer,
    DraftSerializer,
    DraftsSerializer,
    RenderedSerializer,
    RenderSerializer,
    drafted_of,
    values_by_language,
)
from messaging.api.messages import MessageSerializer
from messaging.api.placeholders import DeclarationsField, PlaceholderSerializer
from messaging.api.template_revisions import TemplateRevisionSerializer
from messaging.models import Template
from messaging.services.drafts import draft_from_template, draft_in_languages
from messaging.services.rendering import Filling, Rendered, render_template
from messaging.services.templates import add_template, change_template, review_template


class TemplateSerializer(serializers.ModelSerializer[Template]):
    brand = BrandField(read_only=True)
    kind = serializers.ChoiceField(
        choices=Kind.choices,
        allow_blank=True,
        read_only=True,
        help_text="The sort of crisis it was written for; empty: any.",
    )
    placeholders = PlaceholderSerializer(
        many=True, help_text="What each placeholder of the body takes."
    )
    review_by = serializers.DateTimeField(
        source="due_at",
        read_only=True,
        help_text="When it must be looked at again; null: it holds for good.",
    )
    is_expired = serializers.SerializerMethodField(
        help_text="Whether it should have been looked at again by now; it makes drafts all the "
        "same, and they say so."
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
            "revision",
            "review_by",
            "is_expired",
            "alarm",
            "reviewed_at",
            "reviewed_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_is_expired(self, template: Template) -> bool:
        """Say whether it is past the time it was to be looked at."""
        return template.is_expired(timezone.now())


class TemplateChangeSerializer(serializers.ModelSerializer[Template]):
    placeholders = DeclarationsField()
    review_by = MomentField(
        source="due_at",
        required=False,
        allow_null=True,
        help_text="When it must be looked at again; null: it holds for good.",
    )
    reason = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="Why it is worded anew."
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
            "review_by",
            "reason",
        ]


class NewTemplateSerializer(TemplateChangeSerializer):
    brand = BrandField()
    reason = None  # type: ignore[assignment]  # nothing to give a reason for

    class Meta(TemplateChangeSerializer.Meta):
        fields = ["brand", *TemplateChangeSerializer.Meta.fields[:-1]]
        # A name taken already is the service's refusal, with a code of its own.
        validators: list[Any] = []


class TemplateReviewSerializer(serializers.Serializer[Any]):
    review_by = MomentField(
        allow_null=True, help_text="When it must be looked at again; null: it holds for good."
    )


class TemplateFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    expired = YesNoFilter(
        method="by_expiry",
        help_text="true: should have been looked at again by now; false: the others.",
    )

    class Meta:
        model = Template
        fields = ["name", "purpose", "kind", "language", "is_active"]

    def by_expiry(self, rows: Any, name: str, value: bool) -> Any:  # noqa: FBT001
        """Return those past the time they were to be looked at, or the others."""
        past = Q(due_at__lte=timezone.now())
        return rows.filter(past if value else ~past | Q(due_at=None))


_READ = Access(Role.VIEWER, Scope.MESSAGES_READ)
_WRITE = Access(Role.RESPONDER, Scope.MESSAGES_WRITE)
_PREPARE = Access(Role.APPROVER)


class TemplateViewSet(BrandViewSet):
    """Wording prepared before it is needed."""

    serializer_class = TemplateSerializer
    queryset = Template.objects.all()
    filterset_class = TemplateFilter
    access = (
        dict.fromkeys(["list", "retrieve", "revisions", "preview"], _READ)
        | dict.fromkeys(["create", "partial_update", "review"], _PREPARE)
        | dict.fromkeys(["draft", "drafts"], _WRITE)
    )
    terms = {
        "create": NewTemplateSerializer,
        "partial_update": TemplateChangeSerializer,
        "review": TemplateReviewSerializer,
        "preview": RenderSerializer,
        "draft": DraftSerializer,
        "drafts": DraftsSerializer,
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
        request=TemplateReviewSerializer,
        responses=TemplateSerializer,
        summary="Say that a template still holds",
    )
    @action(detail=True, methods=["post"])
    def review(self, request: Request, pk: Any) -> Response:
        """Say that it was looked at and still holds, and until when. People only."""
        template = self.get_object()
        due_at = self.validated()["review_by"]
        return self.shown(review_template(template=template, due_at=due_at, **self.change()))

    @extend_schema(
        request=RenderSerializer,
        responses=RenderedSerializer,
        operation_id="renderTemplate",
        summary="Fill a template without making a message",
    )
    @action(detail=True, methods=["post"], url_path="render", serializer_class=RenderedSerializer)
    def preview(self, request: Request, pk: Any) -> Response:
        """Fill the template and answer the text; nothing is kept."""
        template = self.get_object()
        terms = self.validated()
        filling = Filling(
            values=terms.get("values", {}),
            blocks=terms.get("blocks", ()),
            incident=terms.get("incident"),
            uses_examples=terms.get("use_examples", False),
        )
        rendered = render_template(template=template, filling=filling)
        return Response(_shown(template, rendered, self.now()))

    @extend_schema(
        request=DraftSerializer,
        responses={201: MessageSerializer},
        operation_id="draftMessageFromTemplate",
        summary="Draft a message from a template",
    )
    @action(detail=True, methods=["post"], serializer_class=MessageSerializer)
    def draft(self, request: Request, pk: Any) -> Response:
        """Make a message: the template's wording, its placeholders filled, as a draft.

        A template past its time makes drafts all the same; `made_from.expired_since` says so.
        """
        template = self.get_object()
        terms = self.validated()
        drafted = drafted_of(terms)
        message = draft_from_template(
            template=template, drafted=drafted, **terms, actor=self.actor, now=self.now()
        )
        return self.created(message)

    @extend_schema(
        request=DraftsSerializer,
        responses={201: DraftedSerializer},
        operation_id="draftMessagesInLanguages",
        summary="Draft a message in several languages at once",
    )
    @action(detail=True, methods=["post"], serializer_class=DraftedSerializer)
    def drafts(self, request: Request, pk: Any) -> Response:
        """Make a draft in each language the name of the template is written in, or none at all."""
        template = self.get_object()
        terms = self.validated()
        terms.setdefault("languages", [])
        drafted = drafted_of(terms)
        values = values_by_language(terms)
        messages = draft_in_languages(
            template=template,
            values=values,
            drafted=drafted,
            **terms,
            actor=self.actor,
            now=self.now(),
        )
        shown = MessageSerializer(messages, many=True, context=self.get_serializer_context())
        return Response({"messages": shown.data}, status=201)

    @extend_schema(responses=TemplateRevisionSerializer(many=True), filters=False)
    @action(
        detail=True,
        serializer_class=TemplateRevisionSerializer,
        filterset_class=None,
        filters_query=True,
        keyset="-number",
    )
    def revisions(self, request: Request, pk: Any) -> Response:
        """Every wording it ever had, newest first."""
        return self.listed(self.get_object().revisions.all())


def _shown(template: Template, rendered: Rendered, now: datetime) -> dict[str, Any]:
    return {
        "title": template.title,
        "language": template.language,
        "body": rendered.body,
        "template_version": template.version,
        "blocks": [{"name": block.name, "version": block.version} for block in rendered.blocks],
        "placeholders": rendered.placeholders,
        "facts": [fact.pk for fact in rendered.facts],
        "is_expired": template.is_expired(now),
    }
