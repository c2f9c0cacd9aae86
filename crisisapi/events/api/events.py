"""The event log, read only."""

from typing import Any, cast

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.accounts.selectors.people import names_of
from crisisapi.events.models import Event


class ActorSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        choices=["user", "api_key", "system"], help_text="Person, API key or the service."
    )
    id = serializers.UUIDField(allow_null=True, help_text="Which one.")
    name = serializers.CharField(help_text="Name others see; empty when it is gone.")


class EventListSerializer(serializers.ListSerializer[Any]):
    def to_representation(self, data: Any) -> Any:
        """Look the names of all actors up at once."""
        context = cast("dict[str, Any]", self.context)
        context["names"] = names_of((event.actor_kind, event.actor_id) for event in data)
        return super().to_representation(data)


class EventSerializer(serializers.ModelSerializer[Event]):
    brand = BrandField(read_only=True)
    incident = serializers.UUIDField(
        source="incident_id", allow_null=True, help_text="The incident it belongs to."
    )
    actor = serializers.SerializerMethodField(help_text="Who did it.")
    data = serializers.JSONField(  # type: ignore[assignment]  # hides Serializer.data in name only
        help_text="What changed; depends on the verb."
    )

    class Meta:
        model = Event
        list_serializer_class = EventListSerializer
        fields = [
            "id",
            "brand",
            "position",
            "incident",
            "actor",
            "verb",
            "object_type",
            "object_id",
            "data",
            "occurred_at",
            "previous_hash",
            "hash",
        ]
        read_only_fields = fields

    @extend_schema_field(ActorSerializer)
    def get_actor(self, event: Event) -> dict[str, Any]:
        """Name the actor."""
        names = self.context.get("names")
        if names is None:
            names = names_of([(event.actor_kind, event.actor_id)])
        name = names.get(event.actor_id, "") if event.actor_id else ""
        return {"kind": event.actor_kind, "id": event.actor_id, "name": name}


class EventFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of an incident.")
    verb = filters.CharFilter(help_text="Exactly this verb, e.g. incident.opened.")
    object_type = filters.CharFilter(help_text="E.g. incident, message, goal.")
    object_id = filters.UUIDFilter(help_text="Id of the object.")
    after = filters.NumberFilter(
        field_name="position", lookup_expr="gt", help_text="Only events behind this position."
    )

    class Meta:
        model = Event
        fields = ["actor_kind"]


class EventViewSet(BrandViewSet):
    """Every change of state, newest first."""

    serializer_class = EventSerializer
    queryset = Event.objects.all()
    filterset_class = EventFilter
    keyset = "-id"
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.EVENTS_READ))
