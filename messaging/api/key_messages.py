"""Key messages, and where they have been said."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, ShortDictField, ShortListField
from crisisapi.common.filters import YesNoFilter, refuse_unknown
from incidents.models import Fact, Incident
from incidents.models.stakeholder import StakeholderKind
from messaging.models import KeyMessage
from messaging.selectors.key_messages import coverage_of
from messaging.services import key_messages as services


class KeyMessageSerializer(serializers.ModelSerializer[KeyMessage]):
    brand = BrandField(read_only=True)
    texts = serializers.DictField(
        child=serializers.CharField(), help_text="One or two sentences, by language code."
    )
    proof_points = serializers.ListField(
        child=serializers.CharField(), help_text="What bears it out, each in a sentence."
    )

    class Meta:
        model = KeyMessage
        fields = [
            "id",
            "brand",
            "incident",
            "audience_kind",
            "audience",
            "texts",
            "proof_points",
            "facts",
            "position",
            "is_active",
            "superseded_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class KeyMessageChangeSerializer(serializers.ModelSerializer[KeyMessage]):
    audience_kind = OneOfField(
        choices=StakeholderKind.choices,
        required=False,
        allow_blank=True,
        help_text="Which public it is for; empty: everybody.",
    )
    texts = ShortDictField(
        child=serializers.CharField(max_length=services.TEXT_LENGTH),
        help_text="One or two sentences, by language code.",
    )
    proof_points = ShortListField(
        child=serializers.CharField(max_length=300),
        required=False,
        max_length=20,
        help_text="What bears it out, each in a sentence: a figure, a date, a deed.",
    )
    facts = VisibleField(
        queryset=Fact.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the facts it rests on; a message that carries it rests on them too.",
    )

    class Meta:
        model = KeyMessage
        fields = [
            "audience_kind",
            "audience",
            "texts",
            "proof_points",
            "facts",
            "position",
            "is_active",
        ]


class NewKeyMessageSerializer(KeyMessageChangeSerializer):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta(KeyMessageChangeSerializer.Meta):
        fields = ["incident", *KeyMessageChangeSerializer.Meta.fields[:-1]]


class KeyMessageSuccessorSerializer(KeyMessageChangeSerializer):
    class Meta(KeyMessageChangeSerializer.Meta):
        fields = KeyMessageChangeSerializer.Meta.fields[:-1]


class PlaceSaidSerializer(serializers.Serializer[Any]):
    language = serializers.CharField(help_text="Language of the messages, ISO 639-1.")
    audience = serializers.CharField(help_text="Whom the messages spoke to; empty: everybody.")
    platform = serializers.CharField(help_text="Where they were published.")
    messages = serializers.IntegerField(help_text="How many messages carried it there.")
    first_published_at = serializers.DateTimeField(help_text="When the first one was out.")


class CoverageSerializer(serializers.Serializer[Any]):
    key_message = serializers.UUIDField(source="key_message.pk", help_text="Id of the key message.")
    texts = serializers.DictField(
        source="key_message.texts", child=serializers.CharField(), help_text="What it says."
    )
    audience_kind = serializers.CharField(
        source="key_message.audience_kind", help_text="Which public it is for."
    )
    places = PlaceSaidSerializer(many=True, help_text="Where it has been said, in order.")
    missing_languages = serializers.ListField(
        child=serializers.CharField(),
        help_text="Languages of the brand, or of its own, in which it was not said yet.",
    )


class KeyMessageFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    fact = filters.UUIDFilter(field_name="facts", help_text="Id of a fact it rests on.")
    superseded = YesNoFilter(
        field_name="superseded_by",
        lookup_expr="isnull",
        exclude=True,
        help_text="true: only those another one took the place of; false: the others.",
    )

    class Meta:
        model = KeyMessage
        fields = ["audience_kind", "is_active"]


class _Whose(serializers.Serializer[Any]):
    incident = VisibleField(queryset=Incident.objects.select_related("brand"))


_READ = Access(Role.VIEWER, Scope.MESSAGES_READ)


class KeyMessageViewSet(BrandViewSet):
    """What every message of an incident comes back to."""

    serializer_class = KeyMessageSerializer
    queryset = KeyMessage.objects.prefetch_related("facts")
    filterset_class = KeyMessageFilter
    access = dict.fromkeys(["list", "retrieve"], _READ) | dict.fromkeys(
        ["create", "partial_update", "supersede"], Access(Role.RESPONDER, Scope.MESSAGES_WRITE)
    )
    terms = {
        "create": NewKeyMessageSerializer,
        "partial_update": KeyMessageChangeSerializer,
        "supersede": KeyMessageSuccessorSerializer,
    }

    @extend_schema(request=NewKeyMessageSerializer, responses={201: KeyMessageSerializer})
    def create(self, request: Request) -> Response:
        """Write a key message."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.add_key_message(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=KeyMessageChangeSerializer, responses=KeyMessageSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a key message; a fact added to it is added to what carries it and is not out."""
        return self.shown(
            services.change_key_message(
                key_message=self.get_object(), **self.validated(), **self.change()
            )
        )

    @extend_schema(request=KeyMessageSuccessorSerializer, responses={201: KeyMessageSerializer})
    @action(detail=True, methods=["post"])
    def supersede(self, request: Request, pk: Any) -> Response:
        """Say it better: a new key message in its place. What was said keeps the old one."""
        return self.created(
            services.supersede_key_message(
                key_message=self.get_object(), **self.validated(), **self.change()
            )
        )


class KeyMessageCoverageViewSet(BrandViewSet):
    """Which key messages of an incident have been said, and where."""

    serializer_class = CoverageSerializer
    queryset = KeyMessage.objects.all()
    access = {"coverage": _READ}
    filter_backends = []
    pagination_class = None
    filters_query = True

    @extend_schema(
        responses=CoverageSerializer(many=True),
        filters=False,
        operation_id="listKeyMessageCoverage",
        summary="Show which key messages have been said where",
        parameters=[
            OpenApiParameter(
                "incident",
                {"type": "string", "format": "uuid"},
                required=True,
                description="Id of the incident.",
            )
        ],
    )
    def coverage(self, request: Request) -> Response:
        """To whom, in which language and on which platform each key message has been published."""
        refuse_unknown(request, {"incident"})
        whose = _Whose(data=request.query_params, context=self.get_serializer_context())
        whose.is_valid(raise_exception=True)
        rows = coverage_of(whose.validated_data["incident"])
        return Response(CoverageSerializer(rows, many=True).data)
