"""Whom an incident waited on, and what decided when things happened."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Department, Role, Scope
from crisisapi.accounts.selectors.people import names_of
from crisisapi.events.models import Event
from incidents.models import Incident, IncidentRole
from incidents.rules.waiting import DIMENSIONS, Leg, Wait, totals_of, union_of
from incidents.selectors.waits import Waiting, read_waiting


class WaitedOnSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=list(DIMENSIONS), help_text="Person, department, role.")
    name = serializers.CharField(help_text="Id of the person, or name of department or role.")
    display_name = serializers.CharField(help_text="Name others see.")


class WaitedTotalSerializer(WaitedOnSerializer):
    seconds = serializers.IntegerField(
        help_text="How long anything waited on them; what overlaps counts once."
    )


class StandingWaitSerializer(serializers.Serializer[Any]):
    object_type = serializers.CharField(help_text="What waits, e.g. message, task.")
    object_id = serializers.UUIDField(help_text="Which one.")
    since = serializers.DateTimeField(help_text="From when.")
    seconds = serializers.IntegerField(help_text="How long by now.")
    waits_on = WaitedOnSerializer(many=True, help_text="On whom.")


class LegSerializer(serializers.Serializer[Any]):
    began_at = serializers.DateTimeField(help_text="Start of this stretch.")
    ended_at = serializers.DateTimeField(help_text="Its end.")
    seconds = serializers.IntegerField(help_text="Its length.")
    object_type = serializers.CharField(
        allow_null=True, help_text="What waited; null where nothing did."
    )
    object_id = serializers.UUIDField(allow_null=True, help_text="Which one.")
    waits_on = WaitedOnSerializer(many=True, help_text="On whom; empty where on nobody.")


class WaitingSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField(help_text="When the incident was opened.")
    until = serializers.DateTimeField(help_text="Its end, or now.")
    waited_seconds = serializers.IntegerField(help_text="How long anything waited on anybody.")
    totals = WaitedTotalSerializer(
        many=True, help_text="How long was waited on whom, the longest first of each kind."
    )
    now = StandingWaitSerializer(many=True, help_text="What waits still, the longest first.")
    critical_path = LegSerializer(
        many=True, help_text="The chain of waits that led to now, or to the end, without gaps."
    )
    first_publication_at = serializers.DateTimeField(
        allow_null=True, help_text="When the first message was published."
    )
    critical_path_to_publication = LegSerializer(
        many=True,
        allow_null=True,
        help_text="The chain that decided when the first message was out; null before.",
    )


class WaitingViewSet(BrandViewSet):
    """The hand-off clock of an incident."""

    queryset = Incident.objects.all()
    serializer_class = WaitingSerializer
    access = {"waiting": Access(Role.VIEWER, Scope.INCIDENTS_READ)}
    tag = "incidents"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=WaitingSerializer,
        operation_id="getIncidentWaiting",
        summary="Get whom an incident waited on",
    )
    def waiting(self, request: Request, pk: Any) -> Response:
        """How long it waited on each department, role and person, and the critical path.

        The path is walked backward from the first publication, and from now: of what had to be
        finished before, the last to finish held it up. Read from the event log.
        """
        incident = self.get_object()
        events = Event.objects.all().visible_to(self.caller)
        found = read_waiting(incident, events=events, now=self.now())
        return Response(_Told(found).shown())


class _Told:
    """An answer in the making; the names of people are looked up once."""

    def __init__(self, found: Waiting) -> None:
        self.found = found
        people = {wait.party.person for wait in found.waits if wait.party.person}
        self.names: Mapping[UUID, str] = names_of(("user", UUID(person)) for person in people)

    def shown(self) -> dict[str, Any]:
        found = self.found
        open_waits = [wait for wait in found.waits if wait.is_open]
        to_publication = found.path_to_publication
        return {
            "since": found.since,
            "until": found.until,
            "waited_seconds": _seconds(union_of(found.waits)),
            "totals": list(self._totals()),
            "now": [self._standing(wait) for wait in open_waits],
            "critical_path": [self._leg(leg) for leg in found.path],
            "first_publication_at": found.first_publication_at,
            "critical_path_to_publication": None
            if to_publication is None
            else [self._leg(leg) for leg in to_publication],
        }

    def _totals(self) -> Iterable[dict[str, Any]]:
        for kind in DIMENSIONS:
            for name, total in totals_of(self.found.waits, kind).items():
                yield {**self._named(kind, name), "seconds": _seconds(total)}

    def _standing(self, wait: Wait) -> dict[str, Any]:
        return {
            "object_type": wait.thing_type,
            "object_id": wait.thing_id,
            "since": wait.began_at,
            "seconds": _seconds(self.found.until - wait.began_at),
            "waits_on": self._parties(wait),
        }

    def _leg(self, leg: Leg) -> dict[str, Any]:
        wait = leg.wait
        return {
            "began_at": leg.began_at,
            "ended_at": leg.ended_at,
            "seconds": _seconds(leg.ended_at - leg.began_at),
            "object_type": wait.thing_type if wait else None,
            "object_id": wait.thing_id if wait else None,
            "waits_on": self._parties(wait) if wait else [],
        }

    def _parties(self, wait: Wait) -> list[dict[str, str]]:
        named = ((kind, getattr(wait.party, kind)) for kind in DIMENSIONS)
        return [self._named(kind, name) for kind, name in named if name]

    def _named(self, kind: str, name: str) -> dict[str, str]:
        known = self.names.get(UUID(name), "") if kind == "person" else _label(kind, name)
        return {"kind": kind, "name": name, "display_name": known}


def _label(kind: str, name: str) -> str:
    """Return the name of a department or role in the language of the reader."""
    known = Department.choices if kind == "department" else [*IncidentRole.choices, *Role.choices]
    return str(dict(known).get(name, name))


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
