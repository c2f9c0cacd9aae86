"""What a brand decided beforehand, or the defaults."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from incidents.models import ResponsePolicy
from incidents.rules.clock_targets import default_clock_targets
from incidents.rules.severity import default_severity_rules


def clock_targets(brand_id: UUID) -> dict[int, dict[str, timedelta]]:
    """Return how long each clock may run, by severity and kind of clock."""
    found = ResponsePolicy.objects.filter(brand_id=brand_id).values_list("clock_targets", flat=True)
    said: Mapping[str, Mapping[str, int]] = found.first() or default_clock_targets()
    return {
        int(severity): {clock: timedelta(minutes=minutes) for clock, minutes in row.items()}
        for severity, row in said.items()
    }


def severity_rules(brand_id: UUID) -> list[dict[str, Any]]:
    """Return the rules the severity of the brand's incidents is computed by."""
    found = ResponsePolicy.objects.filter(brand_id=brand_id)
    said: list[dict[str, Any]] | None = found.values_list("severity_rules", flat=True).first()
    return default_severity_rules() if said is None else said
