"""Checks of a text that is nowhere stored, as people and integrators meet them."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Bearing, FactStatus, Incident
from messaging.models import Message, MessageStatus
from tests.checks import problem_of
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import LanguagePackFactory, MessageFactory
from tests.messaging.conftest import post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]
BLAME_HE = "הלקוחות היו צריכים לקרוא את ההוראות."

PROMISE = """
id = "rimon"
version = "1"
language = "en"

[[rule]]
id = "rimon.promise"
category = "promise"
severity = "hint"
patterns = ["we will refund ..3 by"]
reason.en = "Promised."
reason.he = "הובטח."
suggestion.en = "Keep it."
suggestion.he = "כדאי לקיים."
quotes.what = ["refund"]
fires = ["We will refund you by noon."]
silent = ["We refunded you."]
"""


def check(client: APIClient, text: str, **terms: Any) -> dict[str, Any]:
    response = post(client, "language-checks/", text=text, **terms)
    assert response.status_code == 200, response.content[:500]
    answer: dict[str, Any] = response.json()
    return answer


def rules_of(answer: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in answer["findings"]}


def test_a_viewer_sees_what_is_wrong_where_and_why(client_of: ClientOf, viewer: User) -> None:
    text = f"👩‍👩‍👧 {BLAME_HE}"

    answer = check(client_of(viewer), text, purpose="update")

    (finding,) = [one for one in answer["findings"] if one["rule"] == "blame.customer"]
    assert answer["language"] == "he"
    assert finding["severity"] == "error"
    assert text[finding["start"] : finding["end"]] == finding["quote"]
    assert finding["quote"].startswith("הלקוחות")
    assert answer["counts"]["error"] == 1


@pytest.mark.parametrize(("accepted", "letters"), [("he", "אבגד"), ("en", "abcd")])
def test_reasons_come_in_the_language_asked_for(
    api: APIClient, accepted: str, letters: str
) -> None:
    response = api.post(
        "/api/v1/language-checks/",
        {"text": BLAME_HE, "purpose": "update"},
        format="json",
        headers={"accept-language": accepted},
    )

    said = response.json()["findings"][0]
    assert set(letters) & set(said["reason"] + said["suggestion"])


def test_the_language_named_counts_more_than_the_letters(api: APIClient) -> None:
    assert check(api, "Rimon K2", language="he")["language"] == "he"
    assert check(api, "Rimon K2")["language"] == "en"
    assert check(api, "12 👍")["language"] == "und"


def test_an_incident_brings_its_facts_and_what_was_published(
    api: APIClient, incident: Incident
) -> None:
    fact = FactFactory(
        incident=incident, statement="12 customers were hurt", status=FactStatus.CONFIRMED
    )
    published = MessageFactory(
        incident=incident, status=MessageStatus.PUBLISHED, body="You get a refund within 48 hours."
    )

    answer = check(
        api, "15 customers were hurt. You get a refund within 5 days.", incident=str(incident.pk)
    )

    found = {one["rule"]: one for one in answer["findings"]}
    assert found["consistency.number"]["severity"] == "error"
    assert found["consistency.number"]["data"]["id"] == str(fact.pk)
    assert found["consistency.deadline"]["severity"] == "warning"
    assert found["consistency.deadline"]["data"]["id"] == str(published.pk)


def test_what_was_superseded_or_is_no_draft_of_ours_does_not_count(
    api: APIClient, incident: Incident
) -> None:
    newer = FactFactory(
        incident=incident, statement="15 customers were hurt", status=FactStatus.CONFIRMED
    )
    FactFactory(
        incident=incident,
        statement="12 customers were hurt",
        status=FactStatus.CONFIRMED,
        superseded_by=newer,
    )
    MessageFactory(incident=incident, body="9 customers were hurt", status=MessageStatus.DRAFT)

    answer = check(api, "15 customers were hurt.", incident=str(incident.pk))

    assert not {rule for rule in rules_of(answer) if rule.startswith("consistency")}


def test_a_denial_against_confirmed_facts_is_an_error(api: APIClient, incident: Incident) -> None:
    FactFactory(incident=incident, status=FactStatus.CONFIRMED, bearing=Bearing.SUPPORTS)
    text = "We categorically deny the allegations."

    with_facts = check(api, text, purpose="update", incident=str(incident.pk))

    (finding,) = [one for one in with_facts["findings"] if one["rule"] == "posture.avoided"]
    assert finding["severity"] == "error"
    assert "posture.avoided" not in rules_of(check(api, text, purpose="update"))


def test_an_apology_where_the_advice_is_to_inform_is_warned_of(
    api: APIClient, brand: Brand
) -> None:
    incident = IncidentFactory(brand=brand, responsibility="victim", harm="none")

    answer = check(api, "אנחנו מתנצלים.", purpose="apology", incident=str(incident.pk))

    (finding,) = [one for one in answer["findings"] if one["rule"] == "posture.unneeded"]
    assert (finding["severity"], finding["quote"]) == ("warning", "מתנצלים")


def test_nothing_of_the_text_is_kept_or_logged(
    api: APIClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        check(api, f"סוד כמוס. {BLAME_HE}", purpose="update")

    assert "סוד כמוס" not in caplog.text
    assert not Event.objects.filter(object_type__icontains="language").exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", None),
        ("text", "a" * 100_001),
        ("language", "hebrew"),
        ("purpose", "speech"),
        ("platform", "radio"),
        ("incident", "1"),
        ("brand", "other"),
        ("colour", "red"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(api: APIClient, field: str, value: Any) -> None:
    response = post(api, "language-checks/", **{"text": "We are here.", field: value})

    document = problem_of(response, 400)
    assert list(document["errors"]) == [field]


def test_a_lone_surrogate_is_refused_by_the_parser(api: APIClient) -> None:
    response = api.post(
        "/api/v1/language-checks/", data=b'{"text": "\\ud83d"}', content_type="application/json"
    )

    assert "line 1" in problem_of(response, 400)["detail"]


def test_an_incident_that_cannot_be_seen_is_not_there(api: APIClient) -> None:
    elsewhere = IncidentFactory()

    response = post(api, "language-checks/", text="We are here.", incident=str(elsewhere.pk))

    assert list(problem_of(response, 400)["errors"]) == ["incident"]


def test_who_has_two_brands_names_one_or_an_incident(
    client_of: ClientOf, viewer: User, incident: Incident
) -> None:
    MemberFactory(user=viewer, brand=BrandFactory(slug="second"))
    client = client_of(viewer)

    unnamed = post(client, "language-checks/", text="We are here.")

    assert list(problem_of(unnamed, 400)["errors"]) == ["brand"]
    assert check(client, "We are here.", brand="second")["language"] == "en"
    assert check(client, "We are here.", incident=str(incident.pk))["language"] == "en"


def test_a_brand_and_an_incident_of_another_do_not_go_together(
    client_of: ClientOf, viewer: User, incident: Incident
) -> None:
    MemberFactory(user=viewer, brand=BrandFactory(slug="second"))

    response = post(
        client_of(viewer), "language-checks/", text="x", brand="second", incident=str(incident.pk)
    )

    assert list(problem_of(response, 400)["errors"]) == ["brand"]


def test_keys_need_the_scope(key_client: Callable[..., APIClient]) -> None:
    assert check(key_client("messages:read"), "We are here.")["language"] == "en"
    response = post(key_client("mentions:read"), "language-checks/", text="We are here.")
    problem_of(response, 403)


def test_a_platform_brings_its_limits_for_one_post(api: APIClient) -> None:
    text = "Line 6 runs again. " * 20

    anywhere, on_x = check(api, text), check(api, text, platform="x")

    assert "platform.length" not in rules_of(anywhere)
    assert "platform.length" in rules_of(on_x)
    assert on_x["counts"]["warning"] == anywhere["counts"]["warning"] + 1


@time_machine.travel(datetime(2026, 6, 9, 9, tzinfo=UTC), tick=False)
def test_a_promise_is_offered_as_a_commitment(api: APIClient, incident: Incident) -> None:
    LanguagePackFactory(brand=incident.brand, language="en", rules=PROMISE)

    answer = check(api, "We will refund everybody by Thursday.", incident=str(incident.pk))

    (offer,) = [one["offer"] for one in answer["findings"] if one["rule"] == "rimon.promise"]
    body = {name: value for name, value in offer.items() if name != "kind"}
    made = post(api, "tasks/promise/", **body)

    assert (offer["kind"], offer["due_at"]) == ("commitment", "2026-06-11T20:59:00Z")
    assert made.status_code == 201, made.content


def test_the_queries_do_not_grow_with_facts_and_messages(
    api: APIClient, incident: Incident
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            check(api, "15 customers were hurt.", incident=str(incident.pk), purpose="update")
        return len(captured)

    FactFactory(incident=incident)
    MessageFactory(incident=incident, status=MessageStatus.PUBLISHED)
    queries()
    few = queries()
    FactFactory.create_batch(10, incident=incident)
    for _number in range(5):
        MessageFactory(incident=incident, status=MessageStatus.PUBLISHED)

    assert queries() == few


@pytest.mark.parametrize(
    "piece",
    [
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "הַלָּקוֹחוֹת ",
        "\u202e\u2067a\u2069",
        "a\u200b\u200d",
        "e\u0301\u0327",
        "הלקוחות היו ",
        "12,",
    ],
)
def test_each_finding_in_100_000_hostile_characters_quotes_its_place(
    api: APIClient, incident: Incident, piece: str
) -> None:
    FactFactory(incident=incident, statement="12 customers were hurt")
    text = (piece * 100_000)[:100_000]

    answer = check(api, text, incident=str(incident.pk), purpose="update")

    for finding in answer["findings"]:
        assert text[finding["start"] : finding["end"]] == finding["quote"]
