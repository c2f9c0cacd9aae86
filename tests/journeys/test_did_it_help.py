"""A storm, a statement, and the answer to whether it helped, through the API alone."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
import time_machine

from crisisapi.accounts.models import Brand
from monitoring.models import Source
from monitoring.tasks import analyse_mentions, measure_effects
from tests.factories.monitoring import SourceFactory
from tests.journeys.callers import Caller
from tests.journeys.conftest import START
from tests.journeys.speaking import work
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db

FIVE_MINUTES = timedelta(minutes=5)
SINCE = timedelta(hours=8)
ANGRY = "ממש נורא, הידית של הקומקום נשברה והשירות גרוע"
CALM = "קניתי קומקום של רימון והוא עומד במטבח"


def _told(counts: Any, at: datetime, angry: float) -> list[dict[str, Any]]:
    """Return so many mentions of each five minutes from a moment on, some of them angry."""
    random = np.random.default_rng(int(at.timestamp()))
    return [
        mention(
            int((at + place * FIVE_MINUTES).timestamp()) * 100 + number,
            text=ANGRY if random.random() < angry else CALM,
            published_at=(at + place * FIVE_MINUTES + timedelta(seconds=number)).isoformat(),
        )
        for place, count in enumerate(counts)
        for number in range(count)
    ]


def _push(source: Source, mentions: list[dict[str, Any]], name: str) -> None:
    for first in range(0, len(mentions), 500):
        body = body_of(*mentions[first : first + 500])
        assert push(source, body, message_id=f"{name}_{first}").status_code == 202
    analyse_mentions()


def _storm(hours: float) -> float:
    """Mentions in five minutes, so many hours after the storm's beginning."""
    return 2 + 16 * float(np.exp(-hours / 12))


def _publish(noa: Caller, daniel: Caller, boss: Caller, incident: str) -> str:
    channel = boss.post("channels/", name="X", platform="x", kind="manual")["id"]
    message = noa.post(
        "messages/",
        incident=incident,
        title="מה קרה ומה נעשה",
        purpose="holding",
        language="he",
        body="ידיות של הקומקום נסדקות. אנחנו מצטערים, ומחליפים כל קומקום בלי תשלום.",
    )
    path = f"messages/{message['id']}/"
    submitted = noa.post(f"{path}submit/")
    daniel.post(f"{path}approve/", revision=submitted["revision"])
    daniel.post(f"{path}publish/", channels=[channel])
    return str(message["id"])


def test_whether_a_statement_helped_is_told_six_hours_later(
    brand: Brand, noa: Caller, daniel: Caller, boss: Caller, clock: time_machine.Traveller
) -> None:
    source: Source = SourceFactory(brand=brand)
    random = np.random.default_rng(3)
    usual = random.poisson(2, 84 * 12)
    _push(source, _told(usual, START - SINCE - timedelta(hours=84), 0.1), "usual")
    storm = random.poisson([_storm(step / 12) for step in range(8 * 12)])
    _push(source, _told(storm, START - SINCE, 0.8), "storm")
    incident = noa.post(
        "incidents/", title="ידיות נסדקות", severity=2, started_at=(START - SINCE).isoformat()
    )["id"]
    noa.post(f"incidents/{incident}/respond/")
    message = _publish(noa, daniel, boss, incident)
    work(clock)
    [publication] = noa.rows("publications/", message=message)
    noa.post(f"publications/{publication['id']}/record/", url="https://example.org/post/1")

    clock.shift(timedelta(minutes=20))
    measure_effects()
    at_once = noa.post("response-effects/", publication=publication["id"])
    after = random.poisson([0.3 * _storm(8 + step / 12) for step in range(6 * 12)])
    clock.shift(timedelta(hours=6))
    _push(source, _told(after, START, 0.2), "after")
    measure_effects()

    [effect, earlier, *_] = noa.rows("response-effects/", publication=publication["id"])
    assert (at_once["verdict"], at_once["volume"]) == ("too_early", None)
    assert earlier["superseded_at"] is not None
    assert (effect["milestone"], effect["verdict"]) == (360, "helped")
    assert effect["volume"]["relative"]["high"] < 0
    assert effect["negative_share"]["direction"] == "fell"
    assert "response_effect.measured" in noa.verbs(incident)
    recovery = noa.get(f"incidents/{incident}/recovery/")
    assert recovery["state"] in {"storm", "settling"}
