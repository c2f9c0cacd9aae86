"""Steps of playbooks in few words, for tests that run them."""

from typing import Any

from crisisapi.accounts.models import Brand
from incidents.models import Playbook
from tests.factories.incidents import PlaybookFactory, PlaybookVersionFactory, task_step


def step_of(key: str, kind: str, *after: str, **terms: Any) -> dict[str, Any]:
    common = task_step(key, title=key, after=list(after))
    common.pop("due_minutes")
    return {**common, "kind": kind, **terms}


def wait_of(key: str, *after: str, minutes: int = 10, **terms: Any) -> dict[str, Any]:
    return step_of(key, "wait", *after, minutes=minutes, **terms)


def decision_of(key: str, *after: str) -> dict[str, Any]:
    return step_of(key, "decision", *after, options=["yes", "no"])


def playbook_of(brand: Brand, *steps: dict[str, Any], **fields: Any) -> Playbook:
    playbook: Playbook = PlaybookFactory(brand=brand, **fields)
    PlaybookVersionFactory(playbook=playbook, status="published", number=1, steps=list(steps))
    return playbook
