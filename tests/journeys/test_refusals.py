"""What makes no sense is refused at its field, with a sentence that says what would be right."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.checks import problem_of
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db

SOON = (datetime.now(UTC) + timedelta(days=1)).isoformat()
PAST = "2020-01-01T00:00:00Z"
GOAL = {
    "title": "Calm",
    "metric": "mentions.negative_share",
    "baseline": 0.8,
    "target": 0.3,
    "deadline": SOON,
}
TASK = {"title": "Call the shops"}
PROMISE = {"promise": "Every kettle is exchanged.", "due_at": SOON}


def _steps(*pairs: tuple[str, list[str]]) -> dict[str, Any]:
    steps = [{"key": key, "kind": "task", "title": key, "after": after} for key, after in pairs]
    return {"name": "A playbook", "steps": steps}


# Where to, what, the field, and words of the sentence.
REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("goals", GOAL | {"metric": "mentions.mood"}, "metric", "mentions.negative_share"),
    ("goals", GOAL | {"deadline": PAST}, "deadline", "to come"),
    ("goals", GOAL | {"target": 0.9}, "target", "below the baseline"),
    ("goals", GOAL | {"target": 30}, "target", "between 0 and 1"),
    ("tasks", TASK | {"due_at": PAST}, "due_at", "to come"),
    ("tasks/promise", PROMISE | {"due_at": PAST}, "due_at", "to come"),
    ("tasks/promise", PROMISE | {"promised_at": SOON}, "promised_at", "passed"),
    ("playbooks", _steps(("a", ["b"]), ("b", ["a"])), "steps.0.after", "a → b → a"),
    ("playbooks", _steps(("a", ["c"])), "steps.0.after", "c"),
    ("playbooks", _steps(("a", []), ("a", [])), "steps.1.key", "a"),
    (
        "response-policies",
        {"severity_rules": [{"severity": 1, "when": [{"signal": "mood", "at_least": 1}]}]},
        "severity_rules.0.when.0.signal",
        "volume_ratio",
    ),
    ("incidents", {"title": "x", "audiences": ["martians"]}, "audiences.0", "customers"),
    ("incidents", {"title": "x", "kind": "strange"}, "kind", "product_safety"),
]
OF_INCIDENT = {"goals", "tasks", "tasks/promise"}


@pytest.mark.parametrize(
    ("noun", "body", "field", "words"), REFUSED, ids=lambda value: str(value)[:24]
)
def test_a_refusal_says_what_would_be_right(
    client_of: Any, manager: User, brand: Brand, noun: str, body: Any, field: str, words: str
) -> None:
    if noun in OF_INCIDENT:
        body = {"incident": str(IncidentFactory(brand=brand).pk), **body}

    response = client_of(manager).post(f"/api/v1/{noun}/", body)

    errors = problem_of(response, 400, "invalid")["errors"]
    assert list(errors) == [field]
    assert words in errors[field][0]["message"]


@pytest.mark.parametrize(
    ("noun", "body", "field"),
    [
        ("tasks", TASK, "owner"),
        ("incidents", TASK, "lead"),
        ("stakeholders", {"name": "Council"}, "owner"),
    ],
)
def test_who_is_no_member_owns_nothing(
    api: APIClient, brand: Brand, stranger: User, noun: str, body: Any, field: str
) -> None:
    if noun in OF_INCIDENT:
        body = {"incident": str(IncidentFactory(brand=brand).pk), **body}

    response = api.post(f"/api/v1/{noun}/", {**body, field: str(stranger.pk)})

    errors = problem_of(response, 400, "invalid")["errors"]
    assert list(errors) == [field]
    assert "not a member" in errors[field][0]["message"]
