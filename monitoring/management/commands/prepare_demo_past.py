"""Tell the crisis that the example brand of `make run` has behind it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from monitoring.services.demo import prepare_past


class Command(BaseCommand):
    """Tell a crisis of some weeks ago, once; after `prepare_demo`."""

    help = "Give the example brand a crisis of some weeks ago, answered and measured."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say which incident it is; nothing when it was told before."""
        incident = prepare_past(now=timezone.now())
        if incident is not None:
            self.stdout.write(incident.reference)
