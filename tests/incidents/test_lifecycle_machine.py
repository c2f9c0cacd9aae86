"""Random walks through the lifecycle: no illegal status, log and rows always agree."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import DomainError
from crisisapi.events.models import Event
from crisisapi.events.selectors.chain import check_chain
from incidents.models import Incident
from incidents.services import incidents as services
from incidents.services.merging import merge_incident
from tests.factories.accounts import BrandFactory
from tests.machines import DatabaseMachine, walk

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
# As the lifecycle is drawn in the design: what each call asks for and gives.
DRAWN: dict[Callable[..., Incident], tuple[set[str], str]] = {
    services.start_response: ({"triage"}, "responding"),
    services.start_monitoring: ({"responding"}, "monitoring"),
    services.start_recovery: ({"monitoring"}, "recovering"),
    services.start_learning: ({"recovering"}, "learning"),
    services.close_incident: ({"learning"}, "closed"),
    services.decline_incident: ({"triage"}, "declined"),
    services.reopen_incident: (
        {"monitoring", "recovering", "learning", "closed", "declined"},
        "responding",
    ),
}
OVER = {"closed", "declined", "merged"}
MERGEABLE = {"triage", "responding", "monitoring", "recovering", "learning"}


class Lifecycle(DatabaseMachine):
    """Up to five incidents of one brand, and the status each should have."""

    @initialize()
    def begin(self) -> None:
        self.brand = BrandFactory()
        self.now = START
        self.expected: dict[Any, str] = {}

    def _change(self, **more: Any) -> dict[str, Any]:
        self.now += timedelta(minutes=7)
        return {"actor": SYSTEM, "now": self.now, "expected_version": None, **more}

    def _pick(self, number: int) -> Any:
        return sorted(self.expected)[number % len(self.expected)]

    @precondition(lambda self: len(self.expected) < 5)
    @rule()
    def open(self) -> None:
        incident = services.open_incident(
            brand=self.brand, title="Handles crack", actor=SYSTEM, now=self.now
        )
        self.expected[incident.pk] = "triage"

    @precondition(lambda self: self.expected)
    @rule(number=st.integers(0, 4), move=st.sampled_from(list(DRAWN)), reason=st.booleans())
    def move(self, number: int, move: Callable[..., Incident], reason: bool) -> None:  # noqa: FBT001
        pk = self._pick(number)
        sources, result = DRAWN[move]
        needs_reason = move in (services.decline_incident, services.reopen_incident)
        is_legal = self.expected[pk] in sources and (reason or not needs_reason)

        try:
            move(
                incident=Incident.objects.get(pk=pk),
                **self._change(reason="because" if reason else ""),
            )
        except DomainError:
            assert not is_legal, (self.expected[pk], move.__name__)
        else:
            assert is_legal, (self.expected[pk], move.__name__)
            self.expected[pk] = result

    @precondition(lambda self: self.expected)
    @rule(number=st.integers(0, 4), severity=st.integers(1, 4))
    def change(self, number: int, severity: int) -> None:
        incident = Incident.objects.get(pk=self._pick(number))

        try:
            services.change_incident(incident=incident, severity=severity, **self._change())
        except DomainError:
            assert incident.status == "merged"
        else:
            assert incident.status != "merged"

    @precondition(lambda self: len(self.expected) > 1)
    @rule(one=st.integers(0, 4), other=st.integers(0, 4))
    def merge(self, one: int, other: int) -> None:
        gone, stays = self._pick(one), self._pick(other)
        is_legal = (
            gone != stays and self.expected[gone] in MERGEABLE and self.expected[stays] not in OVER
        )

        try:
            merge_incident(
                incident=Incident.objects.get(pk=gone),
                into=Incident.objects.get(pk=stays),
                **self._change(reason="The same storm"),
            )
        except DomainError:
            assert not is_legal, (self.expected[gone], self.expected[stays])
        else:
            assert is_legal, (self.expected[gone], self.expected[stays])
            self.expected[gone] = "merged"

    @invariant()
    def rows_are_as_drawn(self) -> None:
        found = dict(Incident.objects.filter(brand=self.brand).values_list("pk", "status"))
        assert found == self.expected

    @invariant()
    def the_log_tells_the_same(self) -> None:
        told: dict[Any, str] = {}
        for event in Event.objects.filter(brand=self.brand, object_type="incident").order_by(
            "position"
        ):
            if event.verb == "incident.opened":
                told[event.object_id] = "triage"
            elif "to" in event.data and event.data["to"] in {*OVER, *MERGEABLE}:
                assert event.data["from"] == told[event.object_id]
                told[event.object_id] = event.data["to"]
        assert told == self.expected

    @invariant()
    def what_is_over_has_ended(self) -> None:
        for incident in Incident.objects.filter(brand=self.brand):
            assert (incident.ended_at is not None) == (incident.status in OVER)
            assert (incident.merged_into_id is not None) == (incident.status == "merged")
            if incident.merged_into is not None:
                assert incident.merged_into.status != "merged"

    @invariant()
    def the_chain_holds(self) -> None:
        assert check_chain(self.brand).broken is None


@pytest.mark.django_db
def test_no_walk_leaves_the_lifecycle() -> None:
    walk(Lifecycle)
