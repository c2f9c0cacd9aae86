"""A live session: announced, asked for by everybody, held, and what was said becomes the FAQ."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from tests.journeys.callers import Caller
from tests.journeys.conftest import START
from tests.journeys.speaking import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody() -> Caller:
    """Somebody of the public, without an account."""
    return Caller(APIClient())


def _page(boss: Caller) -> str:
    titles = {"he": "רימון הום מעדכנת", "en": "Updates from Rimon Home"}
    page = boss.post("public-pages/", slug="rimon", titles=titles)
    boss.post(f"public-pages/{page['id']}/open/")
    boss.patch(f"public-pages/{page['id']}/", '"v2"', takes_questions=True)
    channel = boss.post("channels/", name="Our page", platform="website", kind="page")
    return str(channel["id"])


def _ask(everybody: Caller, session: str, text: str) -> None:
    response = everybody.client.post(
        "/api/v1/public/rimon/questions/", {"text": text, "session": session}, format="json"
    )
    assert response.status_code == 202, response.content


def _public(everybody: Caller) -> dict[str, Any]:
    page: dict[str, Any] = everybody.get("public/rimon/live-sessions/", language="he")
    return page


def test_what_was_said_live_is_read_by_everybody_once_it_was_approved(
    noa: Caller,
    daniel: Caller,
    boss: Caller,
    everybody: Caller,
    clock: time_machine.Traveller,
) -> None:
    channel = _page(boss)
    incident = noa.post("incidents/", title="Handles crack", kind="product_safety", severity=2)
    planned = noa.post(
        "live-sessions/",
        incident=incident["id"],
        titles={"he": "שואלים אותנו על ה־K2", "en": "Ask us about the K2"},
        starts_at=(START + timedelta(hours=2)).isoformat(),
        ends_at=(START + timedelta(hours=3)).isoformat(),
    )
    path = f"live-sessions/{planned['id']}/"

    # Somebody else has to approve what the public reads, of the incident first.
    daniel.post(f"{path}approve/", revision=1)
    assert _public(everybody)["sessions"] == []
    titles = {"he": "ידיות נסדקות", "en": "Handles crack"}
    told = noa.post("public-incidents/", incident=incident["id"], titles=titles, summaries=titles)
    daniel.post(f"public-incidents/{told['id']}/approve/", revision=1)
    [announced] = _public(everybody)["sessions"]
    assert announced["title"] == "שואלים אותנו על ה־K2"

    # Two ask, one of them what is no question; an approver shows the first.
    _ask(everybody, planned["id"], "האם מותר להשתמש בקומקום?")
    _ask(everybody, planned["id"], "BUY CHEAP WATCHES")
    asked = {row["text"]: row["id"] for row in noa.rows("questions/")}
    safe, spam = asked["האם מותר להשתמש בקומקום?"], asked["BUY CHEAP WATCHES"]
    daniel.post(f"questions/{safe}/show/")
    noa.post(f"questions/{spam}/reject/", reason="An advertisement.")

    # It is held, and the question is answered where everybody hears it.
    clock.shift(timedelta(hours=2))
    noa.post(f"{path}start/")
    noa.post(f"{path}begin-answer/", question=safe)
    spoken = "לא. אנחנו מבקשים להפסיק להשתמש בו, ונחליף כל קומקום."
    noa.post(f"{path}finish-answer/", question=safe, spoken=spoken, seconds=95)
    shown = everybody.get(f"public/rimon/live-sessions/{planned['id']}/", language="he")
    assert [row["text"] for row in shown["questions"]] == ["האם מותר להשתמש בקומקום?"]
    assert spoken not in str(shown)
    noa.post(f"{path}end/")

    # What was said goes the way of every message, and is then read by everybody.
    [row] = noa.post(f"{path}draft-answers/", incident=incident["id"])["queue"]
    answer = f"messages/{row['answer']}/"
    drafted = noa.get(answer)
    assert (drafted["purpose"], drafted["status"], drafted["body"]) == ("faq", "draft", spoken)
    submitted = noa.post(f"{answer}submit/")
    daniel.post(f"{answer}approve/", revision=submitted["revision"])
    daniel.post(f"{answer}publish/", channels=[channel])
    work(clock)

    [answered] = everybody.get("public/rimon/questions/", language="he")["answers"]
    assert (answered["question"], answered["answer"]) == ("האם מותר להשתמש בקומקום?", spoken)
    assert noa.get(f"questions/{safe}/")["status"] == "answered"
    assert [one["status"] for one in _public(everybody)["sessions"]] == ["ended"]
