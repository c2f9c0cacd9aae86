"""Stakeholders, and how they came to stand where they stand."""

from typing import Any
from uuid import UUID

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, MemberUserField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access, caller_of
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, ShortListField
from incidents.models import Incident, Stakeholder, StanceChange
from incidents.models.stakeholder import ContactKind, Strategy
from incidents.rules.stakeholders import MOST_CONTACTS
from incidents.selectors.involvements import involved_in, seen_involvements
from incidents.services import stakeholders as services


class ContactSerializer(serializers.Serializer[Any]):
    kind = OneOfField(choices=ContactKind.choices, help_text="Way to reach them.")
    value = serializers.CharField(max_length=500, help_text="Address, number or name.")
    label = serializers.CharField(  # type: ignore[assignment]  # a name of Field's own too
        max_length=100, required=False, allow_blank=True, default="", help_text="Whose it is."
    )


class StakeholderSerializer(serializers.ModelSerializer[Stakeholder]):
    brand = BrandField(read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), help_text="ISO 639-1.")
    contacts = ContactSerializer(many=True, help_text="How to reach them.")
    strategy = serializers.ChoiceField(
        choices=Strategy.choices,
        help_text="How to treat them: influence and interest, 4 and 5 being high (Mendelow 1991).",
    )
    incidents = serializers.SerializerMethodField(
        help_text="Ids of the incidents they are involved in now, as far as you may see them."
    )

    class Meta:
        model = Stakeholder
        fields = [
            "id",
            "brand",
            "name",
            "kind",
            "influence",
            "interest",
            "strategy",
            "stance",
            "languages",
            "contacts",
            "notes",
            "owner",
            "incidents",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_incidents(self, stakeholder: Stakeholder) -> list[UUID]:
        """Name the incidents, read along with the stakeholders."""
        seen: Any = stakeholder
        return [involvement.incident_id for involvement in seen.seen]


class _WordsSerializer(serializers.ModelSerializer[Stakeholder]):
    languages = ShortListField(
        child=serializers.RegexField(r"^[a-z]{2}$"),
        required=False,
        max_length=20,
        help_text="Languages to speak with them, ISO 639-1.",
    )
    contacts = ContactSerializer(  # type: ignore[call-arg]  # `many` makes a list, which knows it
        many=True, required=False, max_length=MOST_CONTACTS, help_text="How to reach them."
    )
    owner = MemberUserField(required=False, allow_null=True, help_text="Who keeps the contact.")

    class Meta:
        model = Stakeholder
        fields = [
            "name",
            "kind",
            "influence",
            "interest",
            "stance",
            "languages",
            "contacts",
            "notes",
            "owner",
        ]


class StakeholderChangeSerializer(_WordsSerializer):
    stance_note = serializers.CharField(
        max_length=2_000,
        required=False,
        allow_blank=True,
        help_text="What shows the new stance; kept in its history.",
    )
    stance_incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        help_text="Id of the incident the new stance has to do with.",
    )

    class Meta(_WordsSerializer.Meta):
        fields = [*_WordsSerializer.Meta.fields, "stance_note", "stance_incident"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put what is said of the new stance together."""
        said = {
            name: attrs.pop(f"stance_{name}")
            for name in ("note", "incident")
            if f"stance_{name}" in attrs
        }
        return {**attrs, "stance_note": services.StanceNote(**said)} if said else attrs


class NewStakeholderSerializer(_WordsSerializer):
    brand = BrandField()
    incidents = VisibleField(
        queryset=Incident.objects.all(),
        many=True,
        required=False,
        help_text="Ids of incidents they are involved in from now on.",
    )

    class Meta(_WordsSerializer.Meta):
        fields = ["brand", *_WordsSerializer.Meta.fields, "incidents"]


class StanceChangeSerializer(serializers.ModelSerializer[StanceChange]):
    class Meta:
        model = StanceChange
        fields = ["id", "stakeholder", "incident", "before", "after", "note", "by", "created_at"]
        read_only_fields = fields


class StakeholderFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(
        method="filter_incident", help_text="Id of an incident they are involved in now."
    )
    owner = filters.UUIDFilter(
        field_name="owner_id", help_text="Id of the member who keeps the contact."
    )
    strategy = filters.ChoiceFilter(
        choices=Strategy.choices, method="filter_strategy", help_text="How to treat them."
    )

    class Meta:
        model = Stakeholder
        fields = ["kind", "stance", "influence", "interest"]

    def filter_incident(self, queryset: Any, name: str, value: UUID) -> Any:
        """Keep who is involved, if the caller may know."""
        return involved_in(queryset, value, caller_of(self.request))

    def filter_strategy(self, queryset: Any, name: str, value: str) -> Any:
        """Keep those to be treated so."""
        return queryset.treated(value)


class StakeholderViewSet(BrandViewSet):
    """Who is affected, who decides, who is listened to."""

    serializer_class = StakeholderSerializer
    queryset = Stakeholder.objects.all()
    filterset_class = StakeholderFilter
    access = dict.fromkeys(
        ["list", "retrieve", "stances"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE))
    terms = {"create": NewStakeholderSerializer, "partial_update": StakeholderChangeSerializer}

    def get_queryset(self) -> Any:
        """Read along where they are involved, as far as the caller may see."""
        return super().get_queryset().prefetch_related(seen_involvements(self.caller))

    @extend_schema(request=NewStakeholderSerializer, responses={201: StakeholderSerializer})
    def create(self, request: Request) -> Response:
        """Write a stakeholder down."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        made = services.add_stakeholder(**terms, actor=self.actor, now=self.now())
        return self.created(self.get_queryset().get(pk=made.pk))

    @extend_schema(request=StakeholderChangeSerializer, responses=StakeholderSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change what is known of a stakeholder; a new stance is kept in their history."""
        services.change_stakeholder(
            stakeholder=self.get_object(), **self.validated(), **self.change()
        )
        return self.shown(self.get_object())

    @extend_schema(responses=StanceChangeSerializer(many=True), filters=False)
    @action(
        detail=True,
        serializer_class=StanceChangeSerializer,
        filterset_class=None,
        filters_query=True,
    )
    def stances(self, request: Request, pk: Any) -> Response:
        """How they came to stand where they stand, newest first."""
        return self.listed(self.get_object().stances.visible_to(self.caller))
