"""A holding statement within minutes, in two languages, on four channels, one of which fails."""

from typing import Any

import pytest
import time_machine

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from messaging.services.starter_templates import load_starter_templates
from tests.journeys.callers import Caller
from tests.journeys.conftest import START
from tests.journeys.speaking import Speaking, work
from tests.servers import Reply

pytestmark = pytest.mark.django_db

NEXT = "2026-03-04T11:00:00+02:00"
VALUES = {
    "he": {
        "topic": "הידיות שנסדקו בקומקום K2",
        "action": "עצרנו את המכירה ובודקים את הידיות במעבדה",
        "unknown": "מה גרם לסדקים",
    },
    "en": {
        "topic": "cracked handles of the K2 kettle",
        "action": "We have stopped selling it and test the handles in a laboratory",
        "unknown": "what made them crack",
    },
}


@pytest.fixture
def starters(brand: Brand, boss: Caller) -> dict[str, Any]:
    load_starter_templates(brand=brand, languages=["he", "en"], actor=SYSTEM, now=START)
    rows = boss.rows("templates/", page_size=200)
    return {row["name"]: row for row in rows if row["language"] == "he"}


def _approved(noa: Caller, daniel: Caller, message: dict[str, Any]) -> str:
    path = f"messages/{message['id']}/"
    submitted = noa.post(f"{path}submit/")
    daniel.post(f"{path}approve/", revision=submitted["revision"])
    return path


def _by_kind(caller: Caller, platforms: Speaking, message: str) -> dict[str, Any]:
    rows = caller.rows("publications/", message=message)
    kinds = {channel: kind for kind, channel in platforms.channels.items()}
    return {kinds[row["channel"]]: row for row in rows}


def test_one_call_drafts_it_and_one_channel_recovers(
    noa: Caller,
    daniel: Caller,
    platforms: Speaking,
    starters: dict[str, Any],
    clock: time_machine.Traveller,
) -> None:
    incident = noa.post("incidents/", title="Handles crack", kind="product_safety", severity=2)
    link = "https://rimon.example/k2"
    drafts = noa.post(
        f"templates/{starters['holding-statement']['id']}/drafts/",
        incident=incident["id"],
        values={"next_update": NEXT, "link": link},
        values_by_language=VALUES,
    )["messages"]
    assert {draft["language"] for draft in drafts} == {"he", "en"}

    platforms.servers["mastodon"].then(Reply(503), Reply(503))
    for draft in drafts:
        clock.shift(60)
        for channel in platforms.channels.values():
            noa.post("variants/", message=draft["id"], channel=channel, is_thread=True)
        path = _approved(noa, daniel, draft)
        daniel.post(f"{path}publish/", channels=list(platforms.channels.values()))
    work(clock)

    # Three of the four are out; the other is not, and nobody says that it is.
    for draft in drafts:
        assert noa.get(f"messages/{draft['id']}/")["status"] == "publishing"
        statuses = {
            kind: row["status"] for kind, row in _by_kind(noa, platforms, draft["id"]).items()
        }
        assert statuses.pop("mastodon") in ("pending", "unknown")
        assert set(statuses.values()) == {"published"}

    for _ in range(10):
        work(clock, minutes=5)

    for draft in drafts:
        assert noa.get(f"messages/{draft['id']}/")["status"] == "published"
        assert {row["status"] for row in _by_kind(noa, platforms, draft["id"]).values()} == {
            "published"
        }
    # Each word is on each platform once.
    for kind in platforms.channels:
        said = " ".join(platforms.texts(kind))
        assert [said.count(VALUES[language]["unknown"]) for language in VALUES] == [1, 1]
    first = noa.get(f"incidents/{incident['id']}/")
    assert first["status"] == "triage" or first["responded_at"]
