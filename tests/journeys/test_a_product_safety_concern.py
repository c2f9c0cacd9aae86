"""A product-safety concern, from triage to a lesson that changed the playbook.

Through the API alone: a playbook begins by itself, clocks run, a promise is kept late and shown
so, and the next incident of the kind begins with what was learned.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from crisisapi.accounts.models import User
from incidents.tasks import advance_runs, raise_alarms
from tests.journeys.callers import Caller
from tests.messaging.outward import sweep

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)
PROMISE = "כל קומקום K2 מסדרה K2-4 יוחלף בלי תשלום בתוך יומיים."
STEPS: list[dict[str, Any]] = [
    {
        "key": "stop-sale",
        "kind": "task",
        "title": "Ask the shops to stop the sale",
        "department": "operations",
        "due_minutes": 60,
    },
    {
        "key": "holding",
        "kind": "message",
        "title": "הודעת המתנה",
        "template": "holding",
        "language": "he",
        "values": {"product": "קומקום K2"},
    },
    {
        "key": "approval",
        "kind": "approval",
        "title": "The holding message is approved",
        "of": "holding",
        "after": ["holding"],
    },
    {
        "key": "recall",
        "kind": "decision",
        "title": "Recall or exchange?",
        "after": ["stop-sale"],
        "options": ["recall", "exchange"],
    },
    {
        "key": "recall-page",
        "kind": "task",
        "title": "Open the recall page",
        "after": ["recall"],
        "when": {"recall": "recall"},
    },
    {
        "key": "calm",
        "kind": "wait",
        "title": "Let it sink in",
        "after": ["approval"],
        "minutes": 120,
    },
]


@dataclass
class Story:
    """Who plays, on which clock, and what they made."""

    noa: Caller
    daniel: Caller
    boss: Caller
    owner: str
    clock: Any
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def incident(self) -> str:
        return self.ids["incident"]

    @property
    def path(self) -> str:
        return f"incidents/{self.incident}/"

    def later(self, **time: float) -> None:
        """Let time pass; the workers do what came due meanwhile."""
        self.clock.shift(timedelta(**time))
        advance_runs()
        raise_alarms()

    def step(self, key: str) -> dict[str, Any]:
        steps = {step["key"]: step for step in self.noa.rows("run-steps/", incident=self.incident)}
        found: dict[str, Any] = steps[key]
        return found

    def clock_of(self, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = self.noa.rows("clocks/", incident=self.incident, kind=kind)[0]
        return found


def _prepare(story: Story) -> None:
    """Write the template and the playbook beforehand."""
    story.daniel.post(
        "templates/",
        name="holding",
        title="אנחנו בודקים",
        purpose="holding",
        language="he",
        body="אנחנו מצטערים. בדקו את {product} והפסיקו להשתמש בו.",
        placeholders=["product"],
    )
    playbook = story.daniel.post(
        "playbooks/",
        name="מוצר מסוכן / A dangerous product",
        kinds=["product_safety"],
        least_severity=2,
        on_opening="apply",
        steps=STEPS,
    )
    story.daniel.post(f"playbook-versions/{playbook['draft']}/publish/")
    story.ids |= {"playbook": playbook["id"], "first version": playbook["draft"]}


def _open(story: Story) -> str:
    incident = story.noa.post(
        "incidents/",
        title="ידיות נסדקות בקומקום K2",
        summary="Handles crack while hot water is poured.",
        kind="product_safety",
        severity=2,
        lead=story.owner,
        audiences=["customers", "media"],
        harm="possible",
    )
    return str(incident["id"])


def _a_playbook_begins_by_itself(story: Story) -> None:
    story.ids["incident"] = _open(story)

    [run] = story.noa.rows("playbook-runs/", incident=story.incident)
    assert (run["state"], run["playbook_version"]) == ("waiting", story.ids["first version"])
    assert {match["trigger"] for match in run["matches"]} == {"kind", "severity"}
    story.ids["run"] = run["id"]


def _it_is_understood(story: Story) -> None:
    noa = story.noa
    story.later(minutes=10)
    noa.post(f"{story.path}acknowledge/")
    noa.post(f"{story.path}respond/")
    assessed = {"responsibility": "accidental", "crisis_history": "similar"}
    noa.patch(story.path, "*", legitimacy="concern", **assessed)
    noa.post(f"tasks/{story.step('stop-sale')['object_id']}/finish/", evidence="Forty shops.")
    noa.post(f"run-steps/{story.step('recall')['id']}/choose/", option="exchange")
    fact = noa.post("facts/", incident=story.incident, statement="Handles of K2-4 crack.")["id"]
    noa.post(f"facts/{fact}/confirm/", evidence="https://example.org/lab/7")
    story.ids["fact"] = fact

    advice = noa.get(f"{story.path}advice/")
    assert advice["strategy"]["code"] == "rebuild"  # an accident, yet it happened before
    assert advice["steps"][0]["code"] == "instruct"
    assert story.clock_of("acknowledge")["state"] == "met"


def _it_is_answered_in_time(story: Story) -> None:
    noa, daniel = story.noa, story.daniel
    story.later(minutes=40)
    channel = story.boss.post("channels/", name="X", platform="x", kind="manual")["id"]
    message = story.step("holding")["object_id"]
    noa.patch(f"messages/{message}/", "*", facts=[story.ids["fact"]])
    revision = noa.post(f"messages/{message}/submit/")["revision"]
    story.later(minutes=5)
    daniel.post(f"messages/{message}/approve/", revision=revision)
    daniel.post(f"messages/{message}/publish/", channels=[channel])
    sweep()
    [publication] = noa.rows("publications/", message=message)
    noa.post(f"publications/{publication['id']}/record/", url="https://example.org/post/1")

    assert story.clock_of("first_approval")["state"] == "met"
    assert story.clock_of("first_publication")["state"] == "met"
    waited = noa.get(f"{story.path}waiting/")
    totals = {(row["kind"], row["name"]): row["seconds"] for row in waited["totals"]}
    assert totals["department", "operations"] == 600
    assert totals["role", "approver"] == 300
    assert waited["critical_path_to_publication"][-1]["object_type"] == "message"


def _the_run_ends(story: Story) -> None:
    story.later(hours=3)

    run = story.noa.get(f"playbook-runs/{story.ids['run']}/")
    assert (run["state"], {step["key"]: step["state"] for step in run["steps"]}) == (
        "done",
        {
            "stop-sale": "done",
            "holding": "done",
            "approval": "done",
            "recall": "done",
            "recall-page": "skipped",
            "calm": "done",
        },
    )
    # Nothing new was said for three hours; every two were aimed at.
    assert story.clock_of("update_cadence")["alarm"] == "late"


def _the_promise_is_kept_late(story: Story) -> None:
    noa = story.noa
    commitment = noa.post(
        "tasks/promise/",
        incident=story.incident,
        promise=PROMISE,
        promised_in="https://example.org/post/1",
        due_at=(BEGAN + timedelta(days=2)).isoformat(),
        owner=story.owner,
    )["id"]
    story.later(days=2)
    late = noa.get(f"tasks/{commitment}/")
    story.later(hours=5)
    kept = noa.post(f"tasks/{commitment}/finish/", evidence="All 312 kettles are exchanged.")

    assert (late["public_state"], late["is_late"]) == ("late", True)
    assert "task.late" in [row["verb"] for row in noa.rows("notifications/")]
    assert (kept["status"], kept["public_state"]) == ("done", "kept_late")
    assert (kept["promise"], kept["promised_in"]) == (PROMISE, "https://example.org/post/1")


def _it_is_reviewed(story: Story) -> None:
    noa = story.noa
    for move in ("monitor", "recover", "learn"):
        noa.post(f"{story.path}{move}/")
    review = noa.post("reviews/", incident=story.incident)
    words = {"summary": "ידיות של סדרה אחת נסדקו.", "went_badly": "The exchange took longer."}
    noa.patch(f"reviews/{review['id']}/", "*", **words)
    completed = story.daniel.post(f"reviews/{review['id']}/complete/")

    assert (completed["status"], completed["summary"]) == ("completed", words["summary"])
    assert review["record"]["messages"]["published"] == 1
    assert {"kind": "commitment", "status": "done", "count": 1} in review["record"]["tasks"]


def _a_lesson_changes_the_playbook(story: Story) -> None:
    noa, daniel = story.noa, story.daniel
    lesson = noa.post(
        "lessons/",
        incident=story.incident,
        title="Promise what the warehouse confirmed",
        observation="The exchange was promised for two days and took longer.",
        recommendation="Ask the warehouse before a date is promised.",
        owner=story.owner,
    )["id"]
    daniel.post(f"lessons/{lesson}/accept/")
    step = {
        "key": "ask-warehouse",
        "kind": "task",
        "title": "Ask the warehouse which date can be kept",
        "department": "operations",
        "after": ["stop-sale"],
    }
    playbook = story.ids["playbook"]
    adopted = daniel.post(f"lessons/{lesson}/adopt/", playbook=playbook, add_step=step)
    noa.post(f"{story.path}close/")

    assert adopted["status"] == "adopted"
    version = noa.get(f"playbook-versions/{adopted['playbook_version']}/")
    assert (version["number"], version["lesson"], version["status"]) == (2, lesson, "published")
    assert version["steps"][-1]["key"] == "ask-warehouse"
    run = noa.get(f"playbook-runs/{story.ids['run']}/")
    assert run["playbook_version"] == story.ids["first version"]
    story.ids |= {"lesson": lesson, "second version": version["id"]}


def _the_next_one_begins_with_it(story: Story) -> None:
    story.later(days=30)
    again = _open(story)

    [run] = story.noa.rows("playbook-runs/", incident=again)
    assert run["playbook_version"] == story.ids["second version"]
    brought = story.noa.rows(f"incidents/{again}/lessons/")
    assert [row["lesson"] for row in brought] == [story.ids["lesson"]]
    alike = story.noa.get(f"incidents/{again}/similar/")["results"]
    assert [row["id"] for row in alike] == [story.incident]


def test_from_triage_to_an_adopted_lesson(
    noa: Caller, daniel: Caller, boss: Caller, responder: User
) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        story = Story(noa, daniel, boss, str(responder.pk), clock)
        _prepare(story)
        _a_playbook_begins_by_itself(story)
        _it_is_understood(story)
        _it_is_answered_in_time(story)
        _the_run_ends(story)
        _the_promise_is_kept_late(story)
        _it_is_reviewed(story)
        _a_lesson_changes_the_playbook(story)
        _the_next_one_begins_with_it(story)

    verbs = noa.verbs(story.incident)
    assert verbs[0] == "incident.opened"
    assert "incident.closed" in verbs
    assert {"task.promised", "task.late", "task.finished", "clock.late", "lesson.adopted"} <= set(
        verbs
    )
