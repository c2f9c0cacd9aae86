"""Messages that playbooks ask for: drafted, held for what is missing, followed to approval."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident, PlaybookRun, RunStep
from incidents.services import run_steps
from incidents.services.playbook_runs import start_run
from messaging.models import Message, Template
from messaging.rules.declarations import declared
from messaging.services.approvals import approve_message, reject_message
from messaging.services.decisions import FourEyes
from messaging.services.messages import submit_message, withdraw_message
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import TemplateFactory
from tests.incidents.playbooks import playbook_of, step_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
CHANGE: dict[str, Any] = {**BY, "expected_version": None}


@pytest.fixture
def incident(brand: Brand) -> Incident:
    found: Incident = IncidentFactory(brand=brand, title="ידיות נסדקות", reference="INC-2026-0007")
    return found


@pytest.fixture
def template(brand: Brand) -> Template:
    found: Template = TemplateFactory(
        brand=brand,
        name="holding",
        language="he",
        body="{brand}: {incident_title} ({incident_reference}). {product}",
        placeholders=["brand", "incident_title", "incident_reference", "product"],
    )
    return found


def _run(incident: Incident, **values: str) -> PlaybookRun:
    """Run a playbook of a message and its approval."""
    ask = step_of("hold", "message", template="holding", language="he", values=values)
    approve = step_of("ok", "approval", "hold", of="hold")
    playbook = playbook_of(incident.brand, ask, approve)
    return start_run(incident=incident, playbook=playbook, **BY)


def _steps(run: PlaybookRun) -> tuple[RunStep, RunStep]:
    first, second = run.steps.order_by("position")
    return first, second


def _by(person: User) -> dict[str, Any]:
    return {"actor": Actor("user", person.pk), "now": NOW, "expected_version": None}


def test_a_message_is_drafted_in_the_words_of_the_template(
    incident: Incident, template: Template
) -> None:
    hold, ok = _steps(_run(incident, product="K2"))

    message = Message.objects.get()
    # What runs from left to right is isolated from the Hebrew around it.
    said = message.body.translate({0x2068: None, 0x2069: None})
    assert said == "Rimon Home: ידיות נסדקות (INC-2026-0007). K2"
    assert (message.status, message.author, message.incident) == ("draft", None, incident)
    assert (hold.state, hold.object_id, ok.state) == ("waiting", message.pk, "pending")


def test_the_steps_follow_the_message_to_its_approval(
    incident: Incident, template: Template, responder: User, approver: User
) -> None:
    run = _run(incident, product="K2")
    message = Message.objects.get()

    submit_message(message=message, **_by(responder))
    assert [step.state for step in _steps(run)] == ["done", "waiting"]
    approve_message(message=message, revision=1, **_by(approver))

    hold, ok = _steps(run)
    assert (hold.state, hold.ended_by, ok.state, ok.ended_by) == (
        "done",
        responder,
        "done",
        approver,
    )
    assert PlaybookRun.objects.get().state == "done"


def test_a_rejected_message_keeps_its_approval_waiting(
    incident: Incident, template: Template, approver: User
) -> None:
    run = _run(incident, product="K2")
    message = Message.objects.get()
    submit_message(message=message, **CHANGE)

    reject_message(message=message, revision=1, reason="Too long", **_by(approver))

    assert [step.state for step in _steps(run)] == ["done", "waiting"]


def test_a_withdrawn_message_fails_what_waits_for_it(
    incident: Incident, template: Template
) -> None:
    run = _run(incident, product="K2")

    withdraw_message(message=Message.objects.get(), reason="Not now", **CHANGE)
    failed = _steps(run)[0]
    run_steps.retry_step(step=failed, **CHANGE)

    hold, _ok = _steps(run)
    assert (failed.state, hold.state, hold.attempt) == ("failed", "waiting", 2)
    assert Message.objects.count() == 2
    assert hold.object_id == Message.objects.exclude(status="withdrawn").get().pk


def test_an_approval_of_a_withdrawn_message_fails_again_when_retried(
    incident: Incident, template: Template
) -> None:
    run = _run(incident, product="K2")
    message = Message.objects.get()
    submit_message(message=message, **CHANGE)
    withdraw_message(message=message, reason="Not now", **CHANGE)

    run_steps.retry_step(step=_steps(run)[1], **CHANGE)

    ok = _steps(run)[1]
    assert (ok.state, ok.attempt) == ("failed", 2)


def test_what_is_missing_is_named_and_supplied_by_people(
    incident: Incident, template: Template, responder: User, approver: User
) -> None:
    run = _run(incident)
    hold = _steps(run)[0]
    assert (hold.state, Message.objects.count()) == ("waiting", 0)
    assert "product" in hold.reason

    supplied = run_steps.supply_values(step=hold, values={"product": "K2"}, **_by(approver))

    message = Message.objects.get()
    assert (supplied.object_id, supplied.reason) == (message.pk, "")
    assert (message.author, message.template) == (approver, template)
    submit_message(message=message, **_by(responder))
    with pytest.raises(FourEyes):
        approve_message(message=message, revision=1, **_by(approver))


def test_a_drafted_message_takes_no_more_values(incident: Incident, template: Template) -> None:
    hold = _steps(_run(incident, product="K2"))[0]

    with pytest.raises(run_steps.StepNotThere):
        run_steps.supply_values(step=hold, values={"product": "K3"}, **CHANGE)


@pytest.mark.parametrize(
    "values", [{}, {"product": " "}, {"product": "x" * 2_001}, {str(n): "x" for n in range(51)}]
)
def test_values_are_few_and_say_something(incident: Incident, values: dict[str, str]) -> None:
    hold = _steps(_run(incident))[0]

    with pytest.raises(InvalidInput):
        run_steps.supply_values(step=hold, values=values, **CHANGE)


@pytest.mark.parametrize("change", [{"is_active": False}, {"language": "en"}, {"name": "other"}])
def test_without_its_template_a_step_waits_and_says_so(
    incident: Incident, template: Template, change: dict[str, Any]
) -> None:
    Template.objects.filter(pk=template.pk).update(**change)

    run = _run(incident, product="K2")

    hold = _steps(run)[0]
    assert (hold.state, run.state) == ("waiting", "waiting")
    assert "holding" in hold.reason
    held = Event.objects.get(verb="runstep.held")
    assert held.data["waits_on"] == {"person": None, "department": None, "role": "lead"}


def test_too_long_a_message_is_told_and_drafted_once_it_is_shorter(
    incident: Incident, template: Template
) -> None:
    Template.objects.filter(pk=template.pk).update(body="x" * 19_990 + "{product}")
    Template.objects.filter(pk=template.pk).update(placeholders=declared(["product"]))
    run = _run(incident, product="y" * 100)
    hold = _steps(run)[0]
    assert "20000" in hold.reason

    run_steps.supply_values(step=hold, values={"product": "K2"}, **CHANGE)

    assert "K2" in Message.objects.get().body[-4:]
