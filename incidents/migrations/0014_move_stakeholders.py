"""Move what was known of stakeholders: their incidents, and how to reach them."""

import re
from typing import Any

from django.db import migrations

from crisisapi.common.ids import uuid7

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+?\d[\d\s()./-]{3,28}\d")


def move_forward(apps: Any, schema_editor: Any) -> None:
    Stakeholder = apps.get_model("incidents", "Stakeholder")
    Involvement = apps.get_model("incidents", "Involvement")
    for stakeholder in Stakeholder.objects.iterator():
        lines = [line.strip() for line in stakeholder.contact.splitlines() if line.strip()]
        if lines:
            stakeholder.contacts = [_contact(line) for line in lines]
            stakeholder.save(update_fields=["contacts"])
        for incident_id in stakeholder.incidents.values_list("id", flat=True):
            Involvement.objects.create(
                id=uuid7(),
                brand_id=stakeholder.brand_id,
                stakeholder=stakeholder,
                incident_id=incident_id,
                created_at=stakeholder.updated_at,
                updated_at=stakeholder.updated_at,
            )


def move_back(apps: Any, schema_editor: Any) -> None:
    Stakeholder = apps.get_model("incidents", "Stakeholder")
    Involvement = apps.get_model("incidents", "Involvement")
    for stakeholder in Stakeholder.objects.iterator():
        stakeholder.contact = "\n".join(contact["value"] for contact in stakeholder.contacts)
        stakeholder.save(update_fields=["contact"])
        current = Involvement.objects.filter(stakeholder=stakeholder, ended_at=None)
        stakeholder.incidents.set(current.values_list("incident_id", flat=True))


def _contact(line: str) -> dict[str, str]:
    kind = "other"
    if _EMAIL.fullmatch(line):
        kind = "email"
    elif _PHONE.fullmatch(line):
        kind = "phone"
    return {"kind": kind, "value": line[:500], "label": ""}


class Migration(migrations.Migration):
    dependencies = [("incidents", "0013_stakeholders_in_incidents")]

    operations = [migrations.RunPython(move_forward, move_back)]
