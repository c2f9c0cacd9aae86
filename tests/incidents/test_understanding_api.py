"""Understanding an incident, as clients see it: advice, likeness, relations, merging."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.incident_relations import relate_incidents
from incidents.services.incidents import change_incident
from incidents.services.severity import record_signals
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import (
    AssignmentFactory,
    FactFactory,
    IncidentFactory,
    IncidentRelationFactory,
    LessonFactory,
    RecalledLessonFactory,
    ResponsePolicyFactory,
)

pytestmark = pytest.mark.django_db

API = "/api/v1/"


def _path(incident: Incident, action: str = "") -> str:
    return f"{API}incidents/{incident.pk}/{action}"


def _restricted(brand: Brand, reader: User | None = None, **said: Any) -> Incident:
    incident = IncidentFactory(brand=brand, **said)
    if reader:
        AssignmentFactory(incident=incident, person=reader)
    return change_incident(
        incident=incident,
        visibility="restricted",
        actor=SYSTEM,
        now=timezone.now(),
        expected_version=None,
    )


def test_the_assessment_is_changed_and_reads_back(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    assessment = {
        "audiences": ["customers", "regulator"],
        "expected_reaction": "כעס, ודרישה להחזר כספי",
        "crisis_history": "similar",
        "prior_reputation": "favourable",
        "harm": "possible",
        "legal_exposure": "proceedings",
    }

    changed = api.patch(_path(incident), assessment, headers={"if-match": '"v1"'})

    assert changed.status_code == 200, changed.content
    assert {name: changed.json()[name] for name in assessment} == assessment
    assert (changed.json()["computed_severity"], changed.json()["severity_differs"]) == (2, True)


def test_an_unknown_audience_is_refused_at_its_place(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    body = {"audiences": ["customers", "aliens"], "harm": "much"}

    response = api.patch(_path(incident), body, headers={"if-match": "*"})

    assert codes_of(problem_of(response, 400)) == {
        "audiences.1": ["invalid_choice"],
        "harm": ["invalid_choice"],
    }


def test_an_assessment_of_an_older_version_is_refused(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, version=3)

    response = api.patch(_path(incident), {"harm": "none"}, headers={"if-match": '"v2"'})

    problem_of(response, 412, "stale_version")


def test_the_computed_severity_is_shown_with_its_reasons(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    signals = {"volume_ratio": 6.2, "negative_share": 0.55, "reach": 12000, "press": None}
    record_signals(incident=incident, signals=signals, now=timezone.now())

    read = api.get(_path(incident)).json()

    assert read["signals"] == signals
    assert read["computed_severity"] == 2
    assert read["severity_reasons"] == [
        "Talk against the usual: ×6.2 (at least ×5).",
        "Share of negative mentions: 55% (at least 50%).",
        "Harm: not known; it could make the severity worse.",
    ]


def test_nothing_measured_yet_is_shown_as_not_known(api: APIClient, brand: Brand) -> None:
    read = api.get(_path(IncidentFactory(brand=brand))).json()

    assert read["signals"] == dict.fromkeys(["volume_ratio", "negative_share", "reach", "press"])
    assert (read["computed_severity"], read["severity_reasons"]) == (None, [])


def test_the_advice_follows_from_the_assessment(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(
        brand=brand,
        kind="product_safety",
        legitimacy="concern",
        responsibility="accidental",
        crisis_history="similar",
        prior_reputation="favourable",
        harm="possible",
    )

    advice = api.get(_path(incident, "advice/")).json()

    assert advice["cluster"] == "preventable"
    assert advice["strategy"]["code"] == "rebuild"
    assert [step["code"] for step in advice["steps"]] == [
        "instruct",
        "adjust",
        "rebuild",
        "bolster",
    ]
    assert [one["code"] for one in advice["avoid"]] == ["deny"]
    assert "history_similar" in [reason["code"] for reason in advice["reasons"]]
    assert advice["missing"] == []
    assert advice["suggested_responsibility"]["responsibility"] == "accidental"
    assert all(step["sentence"] for step in advice["steps"])


def test_without_responsibility_the_advice_names_the_field(api: APIClient, brand: Brand) -> None:
    advice = api.get(_path(IncidentFactory(brand=brand, kind="other"), "advice/")).json()

    assert (advice["strategy"], advice["cluster"]) == (None, None)
    assert advice["missing"][0]["field"] == "responsibility"
    assert advice["suggested_responsibility"] is None


def test_a_confirmed_fact_forbids_a_denial(api: APIClient, brand: Brand) -> None:
    rumour = {"kind": "misinformation", "legitimacy": "attack", "responsibility": "victim"}
    incident = IncidentFactory(brand=brand, **rumour)
    before = api.get(_path(incident, "advice/")).json()["strategy"]["code"]

    FactFactory(incident=incident, status="confirmed")

    after = api.get(_path(incident, "advice/")).json()["strategy"]["code"]
    assert (before, after) == ("deny", "inform")


def test_similar_incidents_come_with_their_reasons(api: APIClient, brand: Brand) -> None:
    kettle = {"title": "ידיות קומקום נסדקות", "kind": "product_safety"}
    past, incident = (IncidentFactory(brand=brand, **kettle) for _ in range(2))

    (found,) = api.get(_path(incident, "similar/")).json()["results"]

    assert (found["id"], found["reference"]) == (str(past.pk), past.reference)
    assert found["parts"]["text"] == 1.0
    assert found["reasons"][0].startswith("Shared words: ")
    assert found["reasons"][1] == "Same kind of crisis: product safety."


def test_a_similar_incident_that_is_not_theirs_is_not_shown(
    api: APIClient, client_of: Any, brand: Brand, approver: User
) -> None:
    _restricted(brand, approver, title="Kettle handles crack")
    incident = IncidentFactory(brand=brand, title="Kettle handles crack")

    assert api.get(_path(incident, "similar/")).json()["results"] == []
    inside = client_of(approver).get(_path(incident, "similar/")).json()["results"]
    assert len(inside) == 1


def test_comparing_costs_the_same_for_few_and_many(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    IncidentFactory(brand=brand)
    few = len(queries_of(api, _path(incident, "similar/")))
    for _ in range(29):
        IncidentFactory(brand=brand)

    assert len(queries_of(api, _path(incident, "similar/"))) == few


def test_recalled_lessons_come_with_why(api: APIClient, brand: Brand) -> None:
    recalled = RecalledLessonFactory(incident__brand=brand)

    (row,) = api.get(_path(recalled.incident, "lessons/")).json()["results"]

    assert row["lesson"] == str(recalled.lesson_id)
    assert row["learned_from"]["reference"] == recalled.lesson.incident.reference
    assert row["reasons"] == ["Shared words: kettle."]


def test_a_lesson_of_what_is_not_theirs_is_not_shown(api: APIClient, brand: Brand) -> None:
    lesson = LessonFactory(incident=_restricted(brand))
    recalled = RecalledLessonFactory(incident__brand=brand, lesson=lesson)

    assert api.get(_path(recalled.incident, "lessons/")).json()["results"] == []


def test_recalled_lessons_cost_the_same_for_one_and_ten(api: APIClient, brand: Brand) -> None:
    incident = RecalledLessonFactory(incident__brand=brand).incident
    few = len(queries_of(api, _path(incident, "lessons/")))
    for _ in range(9):
        RecalledLessonFactory(incident=incident)

    assert len(queries_of(api, _path(incident, "lessons/"))) == few


def _related(client: APIClient, incident: Incident) -> list[tuple[str, str]]:
    rows = client.get(_path(incident)).json()["related"]
    return [(row["reference"], row["note"]) for row in rows]


def test_a_relation_is_seen_from_both_sides(api: APIClient, brand: Brand) -> None:
    one, other = IncidentFactory(brand=brand), IncidentFactory(brand=brand)
    body = {"incident": str(one.pk), "note": "אותו ספק"}

    made = api.post(_path(other, "relate/"), body)

    assert made.status_code == 200, made.content
    assert made.json()["related"][0]["id"] == str(one.pk)
    assert _related(api, one) == [(other.reference, "אותו ספק")]
    assert _related(api, other) == [(one.reference, "אותו ספק")]


def test_relating_again_changes_the_note(api: APIClient, brand: Brand) -> None:
    one, other = IncidentFactory(brand=brand), IncidentFactory(brand=brand)
    api.post(_path(one, "relate/"), {"incident": str(other.pk), "note": "Same supplier"})

    api.post(_path(other, "relate/"), {"incident": str(one.pk), "note": "Same series"})

    assert _related(api, one) == [(other.reference, "Same series")]


def test_a_relation_is_taken_back_once(api: APIClient, brand: Brand) -> None:
    relation = IncidentRelationFactory(first__brand=brand)
    body = {"incident": str(relation.first_id)}

    first = api.post(_path(relation.second, "unrelate/"), body)
    again = api.post(_path(relation.second, "unrelate/"), body)

    assert first.json()["related"] == []
    problem_of(again, 409, "not_related")


def test_an_incident_is_not_related_to_itself(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)

    response = api.post(_path(incident, "relate/"), {"incident": str(incident.pk)})

    assert codes_of(problem_of(response, 400)) == {"incident": ["invalid"]}


@pytest.mark.parametrize("is_older", [True, False])
def test_what_is_not_theirs_is_not_shown_among_the_related(
    api: APIClient,
    client_of: Any,
    brand: Brand,
    approver: User,
    is_older: bool,  # noqa: FBT001
) -> None:
    before = IncidentFactory(brand=brand)
    hidden = _restricted(brand, approver)
    incident = IncidentFactory(brand=brand) if is_older else before
    relate_incidents(incident=incident, other=hidden, actor=SYSTEM, now=timezone.now())

    assert _related(api, incident) == []
    assert _related(client_of(approver), incident) == [(hidden.reference, "")]
    response = api.post(_path(incident, "relate/"), {"incident": str(hidden.pk)})
    assert codes_of(problem_of(response, 400)) == {"incident": ["does_not_exist"]}


def test_relations_cost_the_same_for_one_and_thirty_rows(api: APIClient, brand: Brand) -> None:
    IncidentRelationFactory(first__brand=brand)
    few = len(queries_of(api, f"{API}incidents/"))
    for _ in range(15):
        IncidentRelationFactory(first__brand=brand)

    assert len(queries_of(api, f"{API}incidents/")) == few
    rows = api.get(f"{API}incidents/").json()["results"]
    assert {len(row["related"]) for row in rows} == {1}


def test_merging_answers_the_merged_one_and_where_it_goes_on(api: APIClient, brand: Brand) -> None:
    double, target = IncidentFactory(brand=brand), IncidentFactory(brand=brand)

    response = api.post(
        _path(double, "merge/"),
        {"into": str(target.pk), "reason": "אותו סיפור"},
        headers={"if-match": '"v1"'},
    )

    assert response.status_code == 200, response.content
    merged = response.json()
    assert (merged["status"], merged["merged_into"]) == ("merged", str(target.pk))
    assert merged["possible_actions"] == []
    facts = api.post(f"{API}facts/", {"incident": str(double.pk), "statement": "It cracks."})
    assert target.reference in problem_of(facts, 409, "incident_merged")["detail"]


def test_merging_needs_both_a_target_and_a_reason(api: APIClient, brand: Brand) -> None:
    response = api.post(_path(IncidentFactory(brand=brand), "merge/"), {})

    assert codes_of(problem_of(response, 400)) == {"into": ["required"], "reason": ["required"]}


def test_merging_into_what_is_not_theirs_is_refused(api: APIClient, brand: Brand) -> None:
    body = {"into": str(_restricted(brand).pk), "reason": "Same"}

    response = api.post(_path(IncidentFactory(brand=brand), "merge/"), body)

    assert codes_of(problem_of(response, 400)) == {"into": ["does_not_exist"]}


def test_the_timeline_of_the_target_tells_of_both(api: APIClient, brand: Brand) -> None:
    double = api.post(f"{API}incidents/", {"title": "Kettles again"}).json()
    target = api.post(f"{API}incidents/", {"title": "Kettles"}).json()
    api.post(f"{API}incidents/{double['id']}/merge/", {"into": target["id"], "reason": "One story"})

    both = api.get(f"{API}incidents/{target['id']}/timeline/").json()["results"]
    own = api.get(f"{API}incidents/{double['id']}/timeline/").json()["results"]

    told = [(event["verb"], event["incident"]) for event in both]
    assert [one for one in told if one[0].startswith("incident.")] == [
        ("incident.merged_in", target["id"]),
        ("incident.merged", double["id"]),
        ("incident.opened", target["id"]),
        ("incident.opened", double["id"]),
    ]
    assert {event["incident"] for event in own} == {double["id"]}
    assert {"incident.merged", "incident.opened"} <= {event["verb"] for event in own}


def test_a_policy_is_made_with_defaults_and_read_back(client_of: Any, manager: User) -> None:
    client = client_of(manager)

    made = client.post(f"{API}response-policies/", {})

    assert made.status_code == 201, made.content
    assert made.json()["clock_targets"]["1"]["first_publication"] == 60
    assert client.get(made["Location"]).json() == made.json()
    problem_of(client.post(f"{API}response-policies/", {}), 409, "policy_exists")


def test_the_flaws_of_a_policy_are_named_at_their_places(client_of: Any, manager: User) -> None:
    body = {
        "severity_rules": [{"severity": 9, "when": [{"signal": "press", "at_least": -1}]}],
        "clock_targets": {"1": {"acknowledge": 5}},
    }

    response = client_of(manager).post(f"{API}response-policies/", body)

    assert set(problem_of(response, 400)["errors"]) == {
        "severity_rules.0.severity",
        "severity_rules.0.when.0.at_least",
        "clock_targets.1.first_approval",
        "clock_targets.1.first_publication",
        "clock_targets.1.update_cadence",
        "clock_targets.2",
        "clock_targets.3",
        "clock_targets.4",
    }


def test_a_policy_of_an_older_version_is_not_changed(
    client_of: Any, brand: Brand, manager: User
) -> None:
    policy = ResponsePolicyFactory(brand=brand, version=2)
    path = f"{API}response-policies/{policy.pk}/"

    stale = client_of(manager).patch(path, {"severity_rules": []}, headers={"if-match": '"v1"'})
    changed = client_of(manager).patch(path, {"severity_rules": []}, headers={"if-match": '"v2"'})

    problem_of(stale, 412, "stale_version")
    assert (changed.json()["severity_rules"], changed.json()["version"]) == ([], 3)


def test_policies_cost_the_same_for_one_and_thirty(
    client_of: Any, brand: Brand, manager: User
) -> None:
    client, path = client_of(manager), f"{API}response-policies/"
    ResponsePolicyFactory(brand=brand)
    few = len(queries_of(client, path))
    for _ in range(29):
        ResponsePolicyFactory()

    assert len(queries_of(client, path)) == few
