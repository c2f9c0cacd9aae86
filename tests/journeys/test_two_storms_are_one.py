"""Two incidents that turn out to be one: merged, and everything goes on in the second."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.journeys.callers import Caller

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)
REASON = "The same video."


def test_two_incidents_are_merged(noa: Caller, daniel: Caller) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        first = noa.post("incidents/", title="סרטון של ידית נסדקת", severity=3)["id"]
        clock.shift(timedelta(minutes=30))
        second = noa.post("incidents/", title="Kettle handles crack", severity=2)["id"]
        noa.post(f"incidents/{second}/respond/")
        fact = noa.post("facts/", incident=first, statement="The video is of May.")["id"]
        message = noa.post(
            "messages/",
            incident=first,
            title="בודקים",
            purpose="holding",
            language="he",
            body="אנחנו בודקים את הסרטון.",
            facts=[fact],
        )["id"]
        task = noa.post("tasks/", incident=first, title="Find who filmed it")["id"]
        clock.shift(timedelta(minutes=5))

        assert noa.refused(f"incidents/{first}/merge/", into=second) == "invalid"
        assert noa.refused(f"incidents/{first}/merge/", into=first, reason=REASON) == "invalid"
        merged = noa.post(f"incidents/{first}/merge/", into=second, reason=REASON)

        assert noa.refused("facts/", incident=first, statement="Too late.") == "incident_merged"
        assert noa.refused(f"incidents/{first}/reopen/", reason="Why not") == "wrong_status"
        noa.post(f"facts/{fact}/confirm/", evidence="Its metadata")

    assert (merged["status"], merged["merged_into"]) == ("merged", second)
    for noun, moved in {"facts": fact, "messages": message, "tasks": task}.items():
        assert noa.get(f"{noun}/{moved}/")["incident"] == second, noun
    stays = noa.get(f"incidents/{second}/")
    assert (stays["status"], stays["started_at"]) == ("responding", "2026-03-01T08:00:00Z")
    running = [clock["kind"] for clock in noa.rows("clocks/", incident=second, state="running")]
    assert sorted(running) == ["first_approval", "first_publication"]
    assert "incident.merged" in noa.verbs(first)
    together = noa.rows(f"incidents/{second}/timeline/", page_size=200)
    assert {event["incident"] for event in together} == {first, second}
    assert together[0]["verb"] == "fact.confirmed"
    assert {"incident.merged", "incident.merged_in", "fact.stated"} <= {
        event["verb"] for event in together
    }
