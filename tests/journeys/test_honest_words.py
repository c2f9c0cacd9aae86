"""Words that do not fit what is known: warned of, pulled back, held back."""

from typing import Any

import pytest
import time_machine

from tests.journeys.callers import Caller
from tests.journeys.speaking import Speaking, work

pytestmark = pytest.mark.django_db

APOLOGY = (
    "אנחנו מתנצלים בפני כל מי שנפגעו. עצרנו את המכירה ואנחנו מחזירים את הכסף. "
    "נעדכן שוב מחר ב-10:00. יש שאלות? נשמח לענות."
)
TAKES_IT_BACK = (
    "We apologise to everyone who was burned. To be fair, we followed every rule and the risk "
    "was tiny. We have stopped the sale. We will write again tomorrow at 10:00. Questions? We are "
    "happy to answer."
)
KNOWN = "The handles of series K2-4 crack. We have stopped the sale. We will write again at noon."


def _findings(caller: Caller, message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = caller.get(f"messages/{message['id']}/findings/")
    return {one["rule"]: one for one in found["findings"]}


def _draft(noa: Caller, incident: str, **said: Any) -> Any:
    plain = {"title": "Kettle K2", "purpose": "update", "language": "en", "body": KNOWN}
    return noa.post("messages/", incident=incident, **{**plain, **said})


def _approved(noa: Caller, daniel: Caller, message: dict[str, Any]) -> str:
    path = f"messages/{message['id']}/"
    submitted = noa.post(f"{path}submit/")
    daniel.post(f"{path}approve/", revision=submitted["revision"])
    return path


def test_an_apology_that_does_not_fit_the_incident_is_warned_of(noa: Caller) -> None:
    rumour = noa.post(
        "incidents/",
        title="“Lead in the kettles”",
        kind="misinformation",
        legitimacy="attack",
        severity=3,
    )["id"]
    noa.patch(f"incidents/{rumour}/", "*", responsibility="victim", harm="none")
    concern = noa.post("incidents/", title="Handles crack", kind="product_safety", severity=2)["id"]
    noa.patch(f"incidents/{concern}/", "*", responsibility="preventable", harm="injuries")
    said = {"purpose": "apology", "language": "he", "body": APOLOGY}

    over_a_rumour = _findings(noa, _draft(noa, rumour, **said))
    over_a_concern = _findings(noa, _draft(noa, concern, **said))
    taken_back = _findings(noa, _draft(noa, concern, purpose="apology", body=TAKES_IT_BACK))

    mismatch = over_a_rumour["posture.avoided"]
    assert (mismatch["severity"], mismatch["quote"]) == ("warning", "מתנצלים")
    assert mismatch["reason"]
    assert mismatch["suggestion"]
    assert "posture.avoided" not in over_a_concern
    assert taken_back["posture.mixed"]["severity"] in ("warning", "error")


def test_a_fact_refuted_after_approval_pulls_the_message_back(
    noa: Caller, daniel: Caller, platforms: Speaking, clock: time_machine.Traveller
) -> None:
    said = {"title": "Handles crack", "kind": "product_safety", "severity": 2}
    incident = noa.post("incidents/", **said)["id"]
    fact = noa.post("facts/", incident=incident, statement="Series K2-4 is affected.")["id"]
    noa.post(f"facts/{fact}/confirm/", evidence="Lab report 12")
    path = _approved(noa, daniel, _draft(noa, incident, facts=[fact]))
    channels = list(platforms.channels.values())
    daniel.post(f"{path}publish/", channels=channels, publish_at="2026-03-04T10:00:00Z")
    assert noa.get(path)["status"] == "scheduled"

    clock.shift(1800)
    noa.post(f"facts/{fact}/refute/", evidence="Report 13", reason="The laboratory took it back.")
    pulled = noa.get(path)
    for _ in range(4):
        work(clock, minutes=30)

    assert (pulled["status"], pulled["approved_hash"]) == ("draft", "")
    assert noa.get(path)["status"] == "draft"
    assert {row["status"] for row in noa.rows("publications/", message=pulled["id"])} == {
        "cancelled"
    }
    assert [platforms.texts(kind) for kind in platforms.channels] == [[], [], [], []]
    assert daniel.refused(f"{path}publish/", channels=channels) == "not_approved"
    assert "message.approval_withdrawn" in noa.verbs(incident)


def test_the_brake_holds_a_tone_deaf_post_and_lets_the_answer_through(
    noa: Caller,
    daniel: Caller,
    boss: Caller,
    platforms: Speaking,
    clock: time_machine.Traveller,
) -> None:
    channels = list(platforms.channels.values())
    routine = noa.post("incidents/", title="Everyday posts", kind="other", severity=4)["id"]
    party = _draft(noa, routine, title="Party", body="Hot, hotter, K2! Come to our tea party at 5.")
    party_path = _approved(noa, daniel, party)
    daniel.post(f"{party_path}publish/", channels=channels, publish_at="2026-03-04T10:00:00Z")
    boss.post("hold-rules/", name="Somebody is hurt", severity=2)

    incident = noa.post("incidents/", title="A child is scalded", kind="product_safety", severity=1)
    answer = _approved(noa, daniel, _draft(noa, incident["id"]))
    daniel.post(f"{answer}publish/", channels=channels)
    for _ in range(4):
        work(clock, minutes=30)

    assert noa.get(party_path)["status"] == "on_hold"
    assert noa.get(answer)["status"] == "published"
    assert [platforms.texts(kind) for kind in platforms.channels] == [[KNOWN]] * 4

    (hold,) = noa.rows("holds/", incident=incident["id"])
    held = noa.rows("publications/", message=party["id"])
    assert {row["status"] for row in held} == {"held"}
    first, *others = [f"publications/{row['id']}/" for row in held]
    assert daniel.refused(f"{first}release/") == "hold_stands"
    daniel.post(f"holds/{hold['id']}/lift/", reason="The recall is out.")
    work(clock, minutes=30)
    assert noa.get(party_path)["status"] == "on_hold"  # lifting the hold sends nothing by itself

    daniel.post(f"{first}release/")
    for other in others:
        daniel.post(f"{other}drop/", reason="Not this week.")
    work(clock, minutes=1)

    said = [len(platforms.texts(kind)) for kind in platforms.channels]
    assert sorted(said) == [1, 1, 1, 2]
    assert {"hold.raised", "hold.lifted"} <= set(noa.verbs(incident["id"]))
