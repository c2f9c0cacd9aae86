"""What Facebook pushes and lists, and how a test asks for it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from monitoring.models import Intake, Mention, Source
from monitoring.services.fetching import fetch_source
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account
from tests.monitoring.sources.meta.graph_server import (
    CREDENTIALS,
    NOW,
    iso,
    joined,
    signed,
)

FACEBOOK = PROVIDERS["facebook"]
ACCOUNT = Account(settings={"page_id": "100"}, credentials=CREDENTIALS)
walked = pytest.mark.usefixtures("clock")
TOLD = 1772615700
SAID = 1772615698


def comment(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "item": "comment",
        "verb": "add",
        "comment_id": f"5_{number}",
        "post_id": "100_5",
        "parent_id": "100_5",
        "from": {"id": "777", "name": "A. Customer"},
        "message": f"Handle number {number} broke",
        "created_time": SAID,
        **fields,
    }


def post(**fields: Any) -> dict[str, Any]:
    return {
        "item": "status",
        "verb": "add",
        "post_id": "100_8",
        "from": {"id": "777", "name": "A. Customer"},
        "message": "My kettle leaks",
        "created_time": SAID,
        **fields,
    }


def entry(*values: Any, **fields: Any) -> dict[str, Any]:
    changes = [{"field": "feed", "value": value} for value in values]
    return {"id": "100", "time": TOLD, "changes": changes, **fields}


def body_of(*entries: Any) -> bytes:
    return json.dumps({"object": "page", "entry": entries}).encode()


def push(source: Source, body: bytes, **headers: str) -> Any:
    return APIClient().post(
        f"/api/v1/sources/{source.pk}/webhook/",
        body,
        content_type="application/json",
        headers=headers or signed(body),
    )


def stored() -> str:
    return joined(Mention.objects.values_list("external_id", flat=True))


def intake_of(source: Source) -> Intake:
    return Intake.objects.get(source=source)


def row(number: int, *, said: timedelta = timedelta(hours=1), **fields: Any) -> dict[str, Any]:
    return {
        "id": f"5_{number}",
        "message": f"Handle number {number} broke",
        "from": {"id": "777", "name": "A. Customer"},
        "created_time": iso(NOW - said),
        **fields,
    }


def own_post(number: int, *, said: timedelta = timedelta(hours=2)) -> dict[str, Any]:
    return row(0, said=said, id=f"100_{number}", **{"from": {"id": "100", "name": "Rimon"}})


def ask(source: Source) -> Intake:
    Intake.objects.filter(source=source).update(due_at=NOW)
    assert fetch_source(source.pk)
    return intake_of(source)
