"""What is kept for messages: written, read, changed and used over the API, with all it answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from messaging.models import Channel, Message
from tests.checks import codes_of, problem_of
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import ChannelFactory
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]
API = "/api/v1/"
TOLD = {"title": "Six days", "language": "en", "situation": "Lids came off.", "deed": "Refunds."}


def _has(answer: dict[str, Any], said: dict[str, Any]) -> bool:
    return {name: answer[name] for name in said} == said


def test_a_block_answers_what_was_said_and_lists_what_it_takes(
    client_of: ClientOf, approver: User, brand: Brand
) -> None:
    client = client_of(approver)
    said = {"name": "hotline", "title": "Where to ask", "language": "he", "purpose": "holding"}

    made = post(client, "blocks/", **said, body="חייגו {phone}.", placeholders=["phone"])
    changed = patch(client, f"blocks/{made.json()['id']}/", is_active=False)

    assert made.status_code == 201, made.content
    assert _has(made.json(), said | {"brand": "rimon", "body": "חייגו {phone}.", "is_active": True})
    assert [row["name"] for row in made.json()["placeholders"]] == ["phone"]
    assert client.get(made["Location"]).json() == changed.json()
    assert (changed.json()["is_active"], changed.json()["version"]) == (False, 2)
    assert client.get(f"{API}blocks/?is_active=true").json()["results"] == []


def test_a_hold_on_some_channels_is_pulled_and_lifted(
    client_of: ClientOf, responder: User, approver: User, incident: Incident, channel: Channel
) -> None:
    ChannelFactory(brand=incident.brand)
    said = {"incident": str(incident.pk), "channels": [str(channel.pk)], "reason": "Scalded."}

    made = post(client_of(responder), "holds/", **said, allows_incident_messages=False)
    path = f"holds/{made.json()['id']}/"
    standing = client_of(approver).get(f"{API}holds/?standing=true").json()["results"]
    lifted = post(client_of(approver), f"{path}lift/", reason="The recall is out.")

    assert made.status_code == 201, made.content
    assert _has(made.json(), said | {"allows_incident_messages": False, "rule": None})
    assert made.json()["raised_by"] == str(responder.pk)
    assert [row["id"] for row in standing] == [made.json()["id"]]
    assert _has(lifted.json(), {"lift_reason": "The recall is out.", "version": 2})
    assert client_of(approver).get(f"{API}{path}").json() == lifted.json()
    problem_of(post(client_of(approver), f"{path}lift/", reason="Twice."), 409, "already_lifted")


def test_a_rule_of_the_brake_answers_its_channels_and_kinds(
    client_of: ClientOf, manager: User, channel: Channel
) -> None:
    client, other = client_of(manager), ChannelFactory()
    said = {"name": "Disaster", "severity": 1, "kinds": ["product_safety"]}

    made = post(client, "hold-rules/", **said, channels=[channel.pk])
    path = f"hold-rules/{made.json()['id']}/"
    changed = patch(client, path, channels=[], allows_incident_messages=False)
    foreign = patch(client, path, version=2, channels=[other.pk])

    assert _has(made.json(), said | {"channels": [str(channel.pk)], "is_active": True})
    assert _has(changed.json(), {"channels": [], "allows_incident_messages": False, "version": 2})
    assert codes_of(problem_of(foreign, 400)) == {"channels": ["does_not_exist"]}


def test_a_key_message_answers_what_bears_it_out(api: APIClient, incident: Incident) -> None:
    fact = FactFactory(incident=incident)
    said = {
        "texts": {"he": "החזר מלא.", "en": "You get your money back."},
        "audience_kind": "customers",
        "audience": "Buyers of the K2",
        "proof_points": ["1,240 refunds so far."],
        "facts": [str(fact.pk)],
        "position": 2,
    }

    made = post(api, "key-messages/", incident=incident.pk, **said)
    path = f"key-messages/{made.json()['id']}/"
    changed = patch(api, path, proof_points=[], is_active=False).json()
    foreign = patch(
        api, path, version=2, facts=[str(FactFactory(incident__brand=incident.brand).pk)]
    )

    assert made.status_code == 201, made.content
    assert _has(made.json(), said | {"incident": str(incident.pk), "superseded_by": None})
    assert _has(changed, {"proof_points": [], "is_active": False, "texts": said["texts"]})
    assert set(codes_of(problem_of(foreign, 400))) == {"facts"}
    assert api.get(f"{API}{path}").json() == changed


def test_a_language_pack_keeps_its_versions_and_is_in_force(
    client_of: ClientOf, manager: User, brand: Brand
) -> None:
    client = client_of(manager)
    said = {"language": "he", "name": "Ours", "severities": {"blame.customer": "hint"}}

    made = post(client, "language-packs/", **said, disabled=[])
    path = f"language-packs/{made.json()['id']}/"
    changed = patch(client, path, severities={"blame.customer": "error"})
    unknown = patch(client, path, version=2, disabled=["blame.nobody"])

    assert made.status_code == 201, made.content
    assert _has(made.json(), said | {"brand": "rimon", "rules": "", "is_active": True})
    assert (changed.json()["severities"], changed.json()["version"]) == (
        {"blame.customer": "error"},
        2,
    )
    rows = client.get(f"{API}{path}revisions/").json()["results"]
    assert [(row["number"], row["severities"]["blame.customer"]) for row in rows] == [
        (2, "error"),
        (1, "hint"),
    ]
    assert "blame.nobody" in problem_of(unknown, 400)["errors"]["disabled"][0]["message"]
    rules = client.get(f"{API}language-rules/?language=he").json()["results"]
    assert [row["severity"] for row in _rows_of(rules, "blame.customer")] == ["error"]


def _rows_of(rules: list[dict[str, Any]], rule: str) -> list[dict[str, Any]]:
    return [row for row in rules if row["id"] == rule]


def test_a_story_is_released_once_its_figures_can_be_checked(
    api: APIClient, client_of: ClientOf, approver: User, incident: Incident
) -> None:
    figures = [{"label": "Refunds", "value": "94%", "source": ""}]
    made = post(
        api, "success-stories/", **TOLD, incident=incident.pk, figures=figures, tags=["pan"]
    )
    path, approves = f"success-stories/{made.json()['id']}/", client_of(approver)

    unsourced = post(approves, f"{path}release/")
    sourced = patch(api, path, evidence_url="https://example.org/report")
    released = post(approves, f"{path}release/").json()
    retired = post(approves, f"{path}retire/", reason="It is five years old.").json()

    assert made.status_code == 201, made.content
    assert _has(made.json(), TOLD | {"figures": figures, "tags": ["pan"], "is_citable": False})
    assert set(codes_of(problem_of(unsourced, 400))) == {"evidence_url"}
    assert sourced.json()["version"] == 2
    assert (released["is_citable"], released["released_by"]) == (True, str(approver.pk))
    assert _has(retired, {"is_citable": False, "status_reason": "It is five years old."})
    problem_of(post(approves, f"{path}retire/", reason="Again."), 409, "wrong_status")


def test_a_variant_is_changed_found_in_the_revision_and_dropped(
    api: APIClient, draft: Message, channel: Channel
) -> None:
    made = post(api, "variants/", message=draft.pk, channel=channel.pk, text="Off the shelves.")
    path = f"variants/{made.json()['id']}/"

    changed = patch(api, path, text="K2-114 is off the shelves.", reason="Which ones?")
    revision = api.get(f"{API}messages/{draft.pk}/revisions/").json()["results"][0]
    dropped = api.delete(f"{API}{path}", headers={"if-match": changed["ETag"]})

    assert _has(made.json(), {"message": str(draft.pk), "channel": str(channel.pk), "version": 1})
    assert [one["text"] for one in changed.json()["pieces"]] == ["K2-114 is off the shelves."]
    assert (revision["reason"], revision["number"]) == ("Which ones?", 3)
    assert revision["variants"][0]["pieces"][0]["text"] == "K2-114 is off the shelves."
    assert (dropped.status_code, api.get(f"{API}{path}").status_code) == (204, 404)


def test_the_digest_of_a_film_is_read_in_letters_of_any_case(api: APIClient, brand: Brand) -> None:
    said = {"name": "Film", "url": "https://cdn.example.org/k2.mp4", "content_type": "video/mp4"}

    made = post(api, "media-assets/", **said, size=9_000, sha256="AB" * 32)
    wrong = post(api, "media-assets/", **said, size=9_000, sha256="xy" * 32)

    assert made.status_code == 201, made.content
    assert _has(made.json(), said | {"sha256": "ab" * 32, "size": 9_000, "alt_text": ""})
    assert "64 hexadecimal" in problem_of(wrong, 400)["errors"]["sha256"][0]["message"]


def _poll() -> dict[str, Any]:
    words = {"he": "מה?", "en": "What?"}
    closes_at = (timezone.now() + timedelta(days=1)).isoformat()
    return {
        "questions": words,
        "options": [words, {"he": "כן", "en": "Yes"}],
        "closes_at": closes_at,
    }


ABOUT: dict[str, Callable[[], dict[str, Any]]] = {
    "holds": lambda: {"reason": "Scalded."},
    "key-messages": lambda: {"texts": {"en": "Refunds."}},
    "media-assets": lambda: {
        "name": "Film",
        "url": "https://cdn.example.org/k2.mp4",
        "content_type": "video/mp4",
        "size": 9_000,
        "sha256": "ab" * 32,
    },
    "messages": lambda: {"title": "T", "body": "B", "purpose": "update", "language": "en"},
    "polls": _poll,
    "questions": lambda: {"text": "Why?", "language": "en"},
    "success-stories": lambda: TOLD,
}


@pytest.mark.parametrize("noun", ABOUT)
def test_nothing_is_added_to_an_incident_that_is_told_of_elsewhere(
    api: APIClient, incident: Incident, noun: str
) -> None:
    merged = IncidentFactory(
        brand=incident.brand, status="merged", merged_into=incident, ended_at=timezone.now()
    )

    response = post(api, f"{noun}/", incident=merged.pk, **ABOUT[noun]())

    problem_of(response, 409, "incident_merged")


@pytest.mark.parametrize("noun", ["polls", "questions", "success-stories"])
def test_nothing_is_moved_to_an_incident_that_is_told_of_elsewhere(
    api: APIClient, incident: Incident, noun: str
) -> None:
    made = post(api, f"{noun}/", incident=incident.pk, **ABOUT[noun]()).json()
    merged = IncidentFactory(
        brand=incident.brand, status="merged", merged_into=incident, ended_at=timezone.now()
    )

    response = patch(api, f"{noun}/{made['id']}/", incident=str(merged.pk))

    problem_of(response, 409, "incident_merged")
