"""What the public reads, set up, worded, approved and taken back over the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import PublicPage
from tests.checks import codes_of, problem_of
from tests.factories.public import PublicIncidentFactory, PublicNumberFactory, PublicUpdateFactory
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]
API = "/api/v1/"
TITLES = {"he": "הידיות של קומקום K2", "en": "The handles of the K2 kettle"}
SUMMARIES = {"he": "עצרנו את המכירה.", "en": "We stopped selling it."}
LABELS = {"he": "קומקומים שהוחלפו", "en": "Kettles replaced"}
SOURCES = {"he": "מוקד השירות", "en": "Our service centre"}


def _verbs(thing_id: str) -> list[str]:
    return list(
        Event.objects.filter(object_id=thing_id).order_by("position").values_list("verb", flat=True)
    )


def test_a_page_is_set_up_changed_opened_and_closed(
    client_of: ClientOf, manager: User, brand: Brand
) -> None:
    client = client_of(manager)
    titles = {"he": "עדכונים מרימון", "en": "Updates from Rimon"}

    made = post(
        client, "public-pages/", slug="rimon", titles=titles, blocked_words=["spam", "spam"]
    )
    page = f"public-pages/{made.json()['id']}/"
    changed = patch(client, page, colour="#1F4E79", contact_url="tel:+97235551234")
    closed_to_all = APIClient().get(f"{API}public/rimon/")
    opened = post(client, f"{page}open/")
    read = APIClient().get(f"{API}public/rimon/?language=en")
    closed = post(client, f"{page}close/")

    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["brand"], body["slug"], body["is_published"]) == ("rimon", "rimon", False)
    assert (body["languages"], body["titles"], body["intros"]) == (["he", "en"], titles, {})
    assert body["url"].endswith("/p/rimon/")
    assert body["blocked_words"] == ["spam"]
    assert client.get(made["Location"]).json()["id"] == body["id"]
    assert (changed.json()["colour"], changed.json()["version"]) == ("#1f4e79", 2)
    assert changed.json()["contact_url"] == "tel:+97235551234"
    assert (closed_to_all.status_code, opened.json()["is_published"]) == (404, True)
    assert read.json()["title"]["text"] == "Updates from Rimon"
    assert closed.json()["is_published"] is False
    assert APIClient().get(f"{API}public/rimon/").status_code == 404
    assert _verbs(body["id"]) == [
        "publicpage.added",
        "publicpage.changed",
        "publicpage.opened",
        "publicpage.closed",
    ]


@pytest.mark.parametrize(
    ("field", "value", "at", "said"),
    [
        ("slug", "Rimon K2", "slug", "Lower case, digits, hyphens."),
        ("slug", "Rimon_K2", "slug", "Lower case, digits, hyphens."),
        ("titles", {"fr": "Bonjour"}, "titles.fr", "en, he"),
        ("titles", {"en": "Updates"}, "titles.he", "he"),
        ("languages", ["he", "fr"], "languages", "en, he"),
        ("colour", "blue", "colour", "#1f4e79"),
        ("contact_url", "http://rimon.example", "contact_url", "https:, mailto: or tel:"),
        ("cache_seconds", 9_999, "cache_seconds", "3600"),
    ],
)
def test_what_a_page_cannot_be_is_told_with_what_it_can(
    client_of: ClientOf, manager: User, brand: Brand, field: str, value: Any, at: str, said: str
) -> None:
    body = {"slug": "rimon", "titles": TITLES, field: value}

    document = problem_of(post(client_of(manager), "public-pages/", **body), 400, "invalid")

    assert set(codes_of(document)) == {at}
    assert said in document["errors"][at][0]["message"]


def test_an_incident_is_worded_approved_moved_and_taken_off(
    api: APIClient,
    client_of: ClientOf,
    approver: User,
    responder: User,
    incident: Incident,
    page: PublicPage,
) -> None:
    approves = client_of(approver)

    made = post(api, "public-incidents/", incident=incident.pk, titles=TITLES, summaries=SUMMARIES)
    body = made.json()
    path = f"public-incidents/{body['id']}/"
    reworded = patch(api, path, titles={**TITLES, "en": "K2 handles"}).json()
    by_author = post(client_of(approver), f"{path}approve/", revision=1)
    approved = post(approves, f"{path}approve/", revision=2).json()
    told = APIClient().get(f"{API}public/rimon/incidents/{body['id']}/?language=en").json()
    moved = post(approves, f"{path}move/", status="resolved").json()
    withdrawn = post(approves, f"{path}withdraw/", reason="It was another series.").json()

    assert made.status_code == 201, made.content
    assert (body["titles"], body["summaries"]) == ({}, {})
    assert body["proposal"] == {"titles": TITLES, "summaries": SUMMARIES}
    assert (body["proposed_by"], body["revision"]) == (str(responder.pk), 1)
    assert (reworded["proposal"]["titles"]["en"], reworded["revision"]) == ("K2 handles", 2)
    assert reworded["proposal"]["summaries"] == SUMMARIES
    problem_of(by_author, 412, "stale_version")
    assert (approved["titles"]["en"], approved["proposal"]) == ("K2 handles", None)
    assert (approved["approved_by"], approved["approved_revision"]) == (str(approver.pk), 2)
    assert approved["made_public_at"] is not None
    assert told["title"] == {"text": "K2 handles", "language": "en"}
    assert moved["status"] == "resolved"
    assert withdrawn["withdrawn_reason"] == "It was another series."
    gone = APIClient().get(f"{API}public/rimon/incidents/{body['id']}/")
    assert gone.status_code == 404


def test_nobody_approves_what_they_worded_themselves(
    client_of: ClientOf, approver: User, incident: Incident, page: PublicPage
) -> None:
    client = client_of(approver)
    made = post(
        client, "public-incidents/", incident=incident.pk, titles=TITLES, summaries=SUMMARIES
    )

    response = post(client, f"public-incidents/{made.json()['id']}/approve/", revision=1)

    problem_of(response, 403, "four_eyes")


def test_a_number_is_proposed_approved_renewed_and_taken_off(
    api: APIClient,
    client_of: ClientOf,
    approver: User,
    responder: User,
    incident: Incident,
    page: PublicPage,
) -> None:
    PublicIncidentFactory(incident=incident)
    approves, seen_at = client_of(approver), (timezone.now() - timedelta(hours=1)).isoformat()
    wording = {"labels": LABELS, "sources": SOURCES, "evidence": "Export of the service centre"}

    made = post(
        api,
        "public-numbers/",
        incident=incident.pk,
        **wording,
        value="1240",
        as_of=seen_at,
        position=3,
    )
    body = made.json()
    path = f"public-numbers/{body['id']}/"
    approved = post(approves, f"{path}approve/", revision=1).json()
    renewed = patch(api, path, version=2, value="1300.5", as_of=seen_at).json()
    told = APIClient().get(f"{API}public/rimon/?language=en").json()["incidents"][0]["numbers"]
    withdrawn = post(approves, f"{path}withdraw/", reason="It was counted twice.").json()

    assert made.status_code == 201, made.content
    assert (body["value"], body["labels"], body["position"]) == (None, {}, 3)
    assert body["proposal"]["value"] == "1240"
    assert (body["proposal"]["labels"], body["proposed_by"]) == (LABELS, str(responder.pk))
    assert (approved["value"], approved["labels"], approved["proposal"]) == (
        "1240.0000",
        LABELS,
        None,
    )
    assert (renewed["value"], renewed["proposal"]["value"]) == ("1240.0000", "1300.5")
    assert renewed["revision"] == 2
    assert [row["label"]["text"] for row in told] == ["Kettles replaced"]
    assert withdrawn["proposal"] is None
    assert withdrawn["withdrawn_reason"] == "It was counted twice."
    again = post(approves, f"{path}approve/", revision=2)
    problem_of(again, 409, "number_withdrawn")


@pytest.mark.parametrize(
    "said",
    [
        {"value": "1240"},
        {"value": "1240.0"},
        {"labels": LABELS},
        {"sources": SOURCES, "unit": "count"},
        {"evidence": "The books."},
    ],
)
def test_a_number_that_is_shown_as_it_is_waits_for_nobody(
    api: APIClient, incident: Incident, page: PublicPage, said: dict[str, Any]
) -> None:
    number = PublicNumberFactory(
        incident=incident, labels=LABELS, sources=SOURCES, evidence="The books."
    )

    answer = patch(api, f"public-numbers/{number.pk}/", **said)

    assert answer.status_code == 200, answer.content
    assert (answer.json()["proposal"], answer.json()["version"]) == (None, 1)
    assert _verbs(str(number.pk)) == []


def test_words_that_are_shown_as_they_are_wait_for_nobody(
    api: APIClient, incident: Incident, page: PublicPage
) -> None:
    public = PublicIncidentFactory(incident=incident, titles=TITLES)

    answer = patch(api, f"public-incidents/{public.pk}/", titles=TITLES)

    assert (answer.json()["proposal"], answer.json()["version"]) == (None, 1)
    assert _verbs(str(public.pk)) == []


def test_a_number_says_all_it_lacks_at_once(
    api: APIClient, incident: Incident, page: PublicPage
) -> None:
    response = post(api, "public-numbers/", incident=incident.pk, labels=LABELS)

    document = problem_of(response, 400, "invalid")
    assert set(codes_of(document)) == {"value", "as_of", "evidence"}


def test_an_update_is_corrected_and_another_taken_down(
    client_of: ClientOf, approver: User, incident: Incident, page: PublicPage
) -> None:
    public = PublicIncidentFactory(incident=incident)
    old = PublicUpdateFactory(message__incident=incident, body="K1 too.")
    new = PublicUpdateFactory(message__incident=incident, body="Only K2.")
    bad = PublicUpdateFactory(message__incident=incident, body="A slip.")
    client = client_of(approver)

    corrected = post(client, f"public-updates/{old.pk}/correct/", by=new.pk)
    backwards = post(client, f"public-updates/{new.pk}/correct/", by=old.pk)
    withdrawn = post(client, f"public-updates/{bad.pk}/withdraw/", reason="Not for the public.")

    assert corrected.json()["corrected_by"] == str(new.pk)
    assert (corrected.json()["body"], corrected.json()["incident"]) == ("K1 too.", str(incident.pk))
    assert codes_of(problem_of(backwards, 400)) == {"by": ["invalid"]}
    assert withdrawn.json()["withdrawn_reason"] == "Not for the public."
    told = (
        APIClient().get(f"{API}public/rimon/incidents/{public.pk}/?language=en").json()["updates"]
    )
    assert {row["id"]: row["body"] for row in told} == {
        str(old.pk): "K1 too.",
        str(new.pk): "Only K2.",
        str(bad.pk): "",
    }
    problem_of(
        post(client, f"public-updates/{bad.pk}/withdraw/", reason="Again."), 409, "update_withdrawn"
    )
