"""A smear attack: looked into, its one claim refuted, and declined with the reason."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.journeys.callers import Caller

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)
REASON = "Forty accounts of the same day repeat one sentence; the claim in it is false."


def test_a_smear_attack_is_declined_with_the_reason(noa: Caller) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        incident = noa.post(
            "incidents/",
            title="“Rimon puts lead into its kettles”",
            kind="misinformation",
            severity=3,
            legitimacy="attack",
        )["id"]
        path = f"incidents/{incident}/"
        clock.shift(timedelta(minutes=10))
        noa.post(f"{path}acknowledge/")
        claim = noa.post("facts/", incident=incident, statement="The kettles contain lead.")["id"]
        noa.post(f"facts/{claim}/refute/", evidence="Certificate SII 900, 2026-01-12")
        lab = noa.post("facts/", incident=incident, statement="A laboratory found no lead.")["id"]
        noa.post(f"facts/{lab}/confirm/", evidence="Report 44/2026")
        unsure = noa.get(f"{path}advice/")
        noa.patch(path, "*", responsibility="victim", harm="none", prior_reputation="favourable")
        unjudged = noa.get(f"{path}advice/")
        noa.patch(f"facts/{lab}/", "*", bearing="contradicts")
        advice = noa.get(f"{path}advice/")
        clock.shift(timedelta(minutes=20))
        assert noa.refused(f"{path}decline/") == "invalid"
        declined = noa.post(f"{path}decline/", reason=REASON)
        clocks = noa.rows("clocks/", incident=incident)

    assert (unsure["strategy"], unsure["missing"][0]["field"]) == (None, "responsibility")
    assert unjudged["strategy"]["code"] == "inform"
    assert [one["field"] for one in unjudged["missing"]] == ["crisis_history", "bearing"]
    assert advice["strategy"]["code"] == "deny"
    assert [one["code"] for one in advice["avoid"]] == ["diminish", "rebuild"]
    assert (declined["status"], declined["status_reason"]) == ("declined", REASON)
    assert declined["ended_at"] == "2026-03-01T08:30:00Z"
    assert {clock["kind"]: clock["state"] for clock in clocks} == {
        "acknowledge": "met",
        "first_approval": "cancelled",
        "first_publication": "cancelled",
    }
    assert noa.refused(f"{path}respond/") == "wrong_status"
    assert noa.rows("incidents/", active="true") == []
    assert "incident.declined" in noa.verbs(incident)
