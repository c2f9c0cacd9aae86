"""Who leads an incident has an assignment that says so."""

from typing import Any

from django.db import migrations

from crisisapi.common.ids import uuid7


def write_assignments(apps: Any, schema_editor: Any) -> None:
    Incident = apps.get_model("incidents", "Incident")
    Assignment = apps.get_model("incidents", "Assignment")
    for incident in Incident.objects.exclude(lead=None).iterator():
        Assignment.objects.create(
            id=uuid7(),
            brand_id=incident.brand_id,
            incident=incident,
            person_id=incident.lead_id,
            role="lead",
            created_at=incident.opened_at,
            updated_at=incident.opened_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ("incidents", "0002_assignments_visibility_merging"),
    ]

    operations = [
        migrations.RunPython(write_assignments, migrations.RunPython.noop),
    ]
