"""A storm begins, the right people hear of it, and the rule learns from them: by API alone."""

from datetime import timedelta

import pytest
import time_machine

from crisisapi.accounts.models import Brand
from monitoring.models import Source
from monitoring.tasks import analyse_mentions, sweep_alerts, watch_alerts
from tests.factories.monitoring import SourceFactory
from tests.journeys.callers import Caller
from tests.monitoring.alarming import NOW, usual_talk
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db


def _push_storm(source: Source, clock: time_machine.Traveller) -> None:
    """Have a hundred and fifty owners complain within some minutes, and have it read and judged."""
    said = [
        mention(
            number,
            text=f"The handle of my kettle broke, number {number}",
            author={"handle": f"owner{number}", "followers": 150},
            published_at=(NOW - timedelta(seconds=number)).isoformat(),
        )
        for number in range(150)
    ]
    clock.move_to(NOW)
    assert push(source, body_of(*said), message_id="storm").status_code == 202
    analyse_mentions()
    watch_alerts()


def test_a_storm_is_told_taken_on_settled_and_learnt_from(
    noa: Caller, boss: Caller, brand: Brand, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW - timedelta(minutes=10))
    usual_talk(brand)
    source = SourceFactory(brand=brand)
    tried = boss.post("alert-rules/backtest/", watched="burst", days=7)
    assert [one["alarms_a_week"] for one in tried["results"]] == [0.25, 0.5, 1, 2, 4]
    rule = boss.post("alert-rules/", name="סערת קומקומים", watched="burst", opens_incident=True)

    _push_storm(source, clock)

    [told] = noa.rows("alerts/", status="open", is_going_on="true")
    path = f"alerts/{told['id']}/"
    alert = noa.get(path)
    assert alert["observed"] > alert["limit"] > alert["usual"]
    assert "סערת קומקומים" in alert["said"]
    assert len(alert["examples"]) > 0
    incident = noa.get(f"incidents/{alert['incident']}/")
    assert (incident["status"], incident["started_at"]) == ("triage", alert["started_at"])
    course = {one["started_at"]: one for one in noa.get(f"{path}series/")["series"]}
    assert course[alert["started_at"]]["observed"] == alert["observed"]

    assert noa.post(f"{path}acknowledge/")["status"] == "acknowledged"

    clock.shift(timedelta(hours=12))
    sweep_alerts()
    over = noa.get(path)
    assert over["ended_at"] < over["updated_at"]
    assert over["highest"] >= alert["observed"]

    resolved = noa.post(f"{path}resolve/", reason="Answered, and calm again.")
    assert (resolved["status"], resolved["verdict"]) == ("resolved", "true_alarm")
    assert noa.refused(f"{path}acknowledge/") == "alert_settled"

    learnt = boss.get(f"alert-rules/{rule['id']}/")
    assert (learnt["precision"]["true_alarms"], learnt["precision"]["judged"]) == (1, 1)
    assert learnt["suggestion"]["to_mark"] == 4
    verbs = noa.verbs(alert["incident"])
    assert [verb for verb in verbs if verb.startswith("alert.")] == [
        "alert.raised",
        "alert.acknowledged",
        "alert.subsided",
        "alert.resolved",
    ]
