"""A crisis that came back: closed, reopened, and answered again."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.journeys.callers import Caller

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_an_incident_is_reopened_after_a_relapse(noa: Caller) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        incident = noa.post(
            "incidents/", title="ידיות נסדקות בקומקום", kind="product_safety", severity=2
        )["id"]
        path = f"incidents/{incident}/"
        for move in ("respond", "monitor", "recover", "learn", "close"):
            clock.shift(timedelta(hours=6))
            noa.post(f"{path}{move}/")
        closed = noa.get(path)
        clock.shift(timedelta(days=3))

        assert noa.refused(f"{path}respond/") == "wrong_status"
        assert noa.refused(f"{path}reopen/") == "invalid"
        reopened = noa.post(f"{path}reopen/", reason="A new video shows a kettle of 2026.")
        cadence = noa.rows("clocks/", incident=incident, kind="update_cadence")

    assert closed["ended_at"] == "2026-03-02T14:00:00Z"
    assert (reopened["status"], reopened["ended_at"]) == ("responding", None)
    assert reopened["status_reason"] == "A new video shows a kettle of 2026."
    assert reopened["responded_at"] == closed["responded_at"]
    assert reopened["possible_actions"] == ["monitor", "merge"]
    assert [clock["state"] for clock in cadence] == ["running"]
    assert noa.get(path)["next_update_due_at"] == cadence[0]["due_at"]
    verbs = noa.verbs(incident)
    assert verbs.index("incident.closed") < verbs.index("incident.reopened")
    reopening = noa.rows("events/", incident=incident, verb="incident.reopened")[0]["data"]
    assert (reopening["from"], reopening["to"]) == ("closed", "responding")
