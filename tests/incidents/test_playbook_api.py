"""Playbooks, their versions and their runs, as clients see them."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from incidents.services.circles import draw_circle
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import (
    IncidentFactory,
    LessonFactory,
    PlaybookFactory,
    PlaybookRunFactory,
    PlaybookVersionFactory,
    RunStepFactory,
    task_step,
)

pytestmark = pytest.mark.django_db

API = "/api/v1/"
STEPS: list[dict[str, Any]] = [
    {"key": "stop", "kind": "decision", "title": "Stop the sale?", "options": ["yes", "no"]},
    {
        "key": "recall",
        "kind": "task",
        "title": "לאסוף מהחנויות",
        "after": ["stop"],
        "when": {"stop": "yes"},
    },
]
MAKERS: dict[str, Any] = {
    "playbooks": lambda brand: PlaybookFactory(brand=brand),
    "playbook-versions": lambda brand: PlaybookVersionFactory(playbook__brand=brand),
    "playbook-runs": lambda brand: RunStepFactory(run__incident__brand=brand).run,
    "run-steps": lambda brand: RunStepFactory(run__incident__brand=brand),
}


@pytest.fixture
def boss(client_of: Any, approver: User) -> APIClient:
    """A client of an approver of `brand`."""
    client: APIClient = client_of(approver)
    return client


@pytest.fixture
def incident(brand: Brand) -> Incident:
    found: Incident = IncidentFactory(brand=brand, kind="product_safety", severity=1)
    return found


def _published(api: APIClient, boss: APIClient, **fields: Any) -> str:
    """Make a playbook through the API and publish its draft."""
    body = {"name": "Danger", "kinds": ["product_safety"], "steps": STEPS, **fields}
    made = api.post(f"{API}playbooks/", body)
    assert made.status_code == 201, made.content
    published = boss.post(f"{API}playbook-versions/{made.json()['draft']}/publish/")
    assert published.status_code == 200, published.content
    return str(made.json()["id"])


def test_a_playbook_is_made_published_applied_and_finished(
    api: APIClient, boss: APIClient, incident: Incident
) -> None:
    playbook = _published(api, boss)
    body = {"incident": str(incident.pk), "playbook": playbook}

    run = api.post(f"{API}playbook-runs/", body)

    assert run.status_code == 201, run.content
    stop, recall = run.json()["steps"]
    assert (stop["state"], stop["possible_actions"]) == ("waiting", ["choose", "skip"])
    assert (recall["state"], recall["possible_actions"]) == ("pending", ["skip"])
    chosen = api.post(f"{API}run-steps/{stop['id']}/choose/", {"option": "no"})
    assert (chosen.json()["state"], chosen.json()["outcome"]) == ("done", "no")
    assert api.get(run["Location"]).json()["state"] == "done"
    assert api.get(f"{API}run-steps/{recall['id']}/").json()["state"] == "skipped"


def test_a_playbook_names_its_version_in_use_and_its_draft(api: APIClient, boss: APIClient) -> None:
    playbook = _published(api, boss)
    draft = api.post(f"{API}playbook-versions/", {"playbook": playbook}).json()

    shown = api.get(f"{API}playbooks/{playbook}/").json()

    assert shown["draft"] == draft["id"]
    assert shown["published"] == draft["based_on"]
    assert draft["steps"][1]["title"] == "לאסוף מהחנויות"


def test_a_draft_is_changed_at_its_version(api: APIClient, boss: APIClient) -> None:
    made = api.post(f"{API}playbooks/", {"name": "Danger"}).json()
    path = f"{API}playbook-versions/{made['draft']}/"

    changed = api.patch(path, {"steps": STEPS}, headers={"if-match": '"v1"'})
    stale = api.patch(path, {"note": "x"}, headers={"if-match": '"v1"'})
    boss.post(f"{path}publish/")
    late = api.patch(path, {"note": "x"}, headers={"if-match": "*"})

    assert changed.json()["version"] == 2
    problem_of(stale, 412, "stale_version")
    problem_of(late, 409, "not_a_draft")


def test_mistakes_in_steps_are_told_at_their_place(api: APIClient) -> None:
    steps = [{**STEPS[0], "after": ["recall"]}, STEPS[1]]

    response = api.post(f"{API}playbooks/", {"name": "x", "steps": steps})

    assert list(codes_of(problem_of(response, 400))) == ["steps.0.after"]
    assert "stop → recall → stop" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"kinds": ["storm"]}, "kinds"),
        ({"least_severity": 5}, "least_severity"),
        ({"words": ["!"]}, "words"),
        ({"on_opening": "always"}, "on_opening"),
        ({"steps": "none"}, "steps"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_senseless_playbook_is_refused(
    api: APIClient, fields: dict[str, Any], field: str
) -> None:
    response = api.post(f"{API}playbooks/", {"name": "Danger", **fields})

    assert field in {name.split(".")[0] for name in codes_of(problem_of(response, 400))}


def test_the_name_of_a_playbook_is_taken_once(api: APIClient, brand: Brand) -> None:
    PlaybookFactory(brand=brand, name="Danger")

    problem_of(api.post(f"{API}playbooks/", {"name": "Danger"}), 409, "playbook_exists")


def test_an_incident_says_which_playbooks_it_calls_for_and_why(
    api: APIClient, boss: APIClient, incident: Incident
) -> None:
    playbook = _published(api, boss, least_severity=2)
    _published(api, boss, name="Leak", kinds=["data_breach"])
    _published(api, boss, name="By hand", on_opening="never")
    path = f"{API}incidents/{incident.pk}/playbooks/"

    [found] = api.get(path, headers={"accept-language": "en"}).json()["results"]

    assert (found["playbook"], found["name"], found["run"]) == (playbook, "Danger", None)
    assert [match["trigger"] for match in found["matches"]] == ["kind", "severity"]
    assert "product safety" in found["matches"][0]["said"]
    run = api.post(f"{API}playbook-runs/", {"incident": str(incident.pk), "playbook": playbook})
    assert api.get(path).json()["results"][0]["run"] == run.json()["id"]


def test_a_playbook_of_another_brand_is_not_found(api: APIClient, incident: Incident) -> None:
    body = {"incident": str(incident.pk), "playbook": str(PlaybookFactory().pk)}

    response = api.post(f"{API}playbook-runs/", body)

    assert codes_of(problem_of(response, 400)) == {"playbook": ["does_not_exist"]}


def test_a_run_is_refused_twice_and_cancelled_with_a_reason(
    api: APIClient, boss: APIClient, incident: Incident
) -> None:
    body = {"incident": str(incident.pk), "playbook": _published(api, boss)}
    run = api.post(f"{API}playbook-runs/", body).json()
    path = f"{API}playbook-runs/{run['id']}/cancel/"

    problem_of(api.post(f"{API}playbook-runs/", body), 409, "run_stands")
    assert list(codes_of(problem_of(api.post(path, {}), 400))) == ["reason"]
    cancelled = api.post(path, {"reason": "אזעקת שווא"})

    assert cancelled.json()["state"] == "cancelled"
    assert {step["state"] for step in cancelled.json()["steps"]} == {"skipped"}


def test_a_step_of_another_kind_is_refused(boss: APIClient, brand: Brand) -> None:
    step = RunStepFactory(run__incident__brand=brand)

    response = boss.post(f"{API}run-steps/{step.pk}/approve/")

    problem_of(response, 409, "not_for_this_kind")


def test_an_older_version_of_a_step_is_not_decided(api: APIClient, brand: Brand) -> None:
    step = RunStepFactory(run__incident__brand=brand, version=2)
    path = f"{API}run-steps/{step.pk}/choose/"

    problem_of(api.post(path, {"option": "yes"}, headers={"if-match": '"v1"'}), 412)
    assert list(codes_of(problem_of(api.post(path, {"option": "maybe"}), 400))) == ["option"]


def test_steps_and_runs_are_filtered(api: APIClient, brand: Brand) -> None:
    run = PlaybookRunFactory(incident__brand=brand)
    waiting = RunStepFactory(run=run)
    RunStepFactory(run=run, state="done")
    other = RunStepFactory(run__incident__brand=brand, run__state="failed", state="failed")

    def ids(query: str) -> list[str]:
        return [row["id"] for row in api.get(f"{API}{query}").json()["results"]]

    assert ids(f"run-steps/?run={run.pk}&state=waiting") == [str(waiting.pk)]
    assert ids(f"run-steps/?incident={other.incident_id}") == [str(other.pk)]
    assert ids("playbook-runs/?state=failed") == [str(other.run_id)]


@pytest.mark.parametrize("noun", MAKERS)
def test_a_list_costs_the_same_for_one_and_thirty(api: APIClient, brand: Brand, noun: str) -> None:
    MAKERS[noun](brand)
    few = len(queries_of(api, f"{API}{noun}/"))
    for _ in range(29):
        MAKERS[noun](brand)

    assert len(queries_of(api, f"{API}{noun}/")) == few


def test_a_run_costs_the_same_with_one_step_and_thirty(api: APIClient, brand: Brand) -> None:
    run = RunStepFactory(run__incident__brand=brand).run
    few = len(queries_of(api, f"{API}playbook-runs/{run.pk}/"))
    for _ in range(29):
        RunStepFactory(run=run)

    assert len(queries_of(api, f"{API}playbook-runs/{run.pk}/")) == few


@pytest.mark.parametrize("noun", MAKERS)
def test_nothing_is_ever_deleted(api: APIClient, brand: Brand, noun: str) -> None:
    path = f"{API}{noun}/{MAKERS[noun](brand).pk}/"

    problem_of(api.delete(path, headers={"if-match": "*"}), 405)


def test_a_lesson_changes_a_playbook(api: APIClient, boss: APIClient, brand: Brand) -> None:
    playbook = _published(api, boss)
    lesson = LessonFactory(incident__brand=brand, status="accepted")
    step = {"key": "second-reader", "kind": "approval", "title": "A second reader"}

    adopted = boss.post(
        f"{API}lessons/{lesson.pk}/adopt/", {"playbook": playbook, "add_step": step}
    )

    assert adopted.status_code == 200, adopted.content
    version = api.get(f"{API}playbook-versions/{adopted.json()['playbook_version']}/").json()
    assert (version["number"], version["status"]) == (2, "published")
    assert (version["lesson"], version["note"]) == (str(lesson.pk), lesson.title)
    assert [one["key"] for one in version["steps"]] == ["stop", "recall", "second-reader"]


def test_a_lesson_of_a_restricted_incident_stays_unnamed(api: APIClient, brand: Brand) -> None:
    lesson = LessonFactory(incident__brand=brand)
    version = PlaybookVersionFactory(playbook__brand=brand, lesson=lesson, steps=[task_step()])
    path = f"{API}playbook-versions/{version.pk}/"
    assert api.get(path).json()["lesson"] == str(lesson.pk)

    draw_circle_around(lesson.incident)

    assert api.get(path).json()["lesson"] is None


def draw_circle_around(incident: Incident) -> None:
    """Restrict an incident to its managers."""
    Incident.objects.filter(pk=incident.pk).update(visibility="restricted")
    incident.refresh_from_db()
    draw_circle(incident)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "change"),
        ({"change": " "}, "change"),
        ({"add_step": {"key": "a"}}, "playbook"),
    ],
)
def test_an_adoption_says_what_was_changed(
    boss: APIClient, brand: Brand, body: dict[str, Any], field: str
) -> None:
    lesson = LessonFactory(incident__brand=brand, status="accepted")

    response = boss.post(f"{API}lessons/{lesson.pk}/adopt/", body)

    assert list(codes_of(problem_of(response, 400))) == [field]


def test_accepting_names_an_owner_and_verifying_gives_evidence(
    boss: APIClient, brand: Brand, responder: User
) -> None:
    lesson = LessonFactory(incident__brand=brand)
    path = f"{API}lessons/{lesson.pk}/"

    assert list(codes_of(problem_of(boss.post(f"{path}accept/"), 400))) == ["owner"]
    boss.post(f"{path}accept/", {"owner": str(responder.pk)})
    boss.post(f"{path}adopt/", {"change": "המדריך עודכן"})
    assert list(codes_of(problem_of(boss.post(f"{path}verify/"), 400))) == ["evidence"]
    verified = boss.post(f"{path}verify/", {"evidence": "Held in the drill"}).json()

    assert (verified["status"], verified["owner"]) == ("verified", str(responder.pk))
    assert (verified["change"], verified["evidence"]) == ("המדריך עודכן", "Held in the drill")
