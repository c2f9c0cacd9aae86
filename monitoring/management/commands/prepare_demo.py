"""Make the example brand that `make run` plays its crisis for."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from monitoring.services.demo import prepare_example


class Command(BaseCommand):
    """Make or find the example brand; print one line of JSON for the runner.

    The line holds secrets: who runs this reads it from a pipe and logs nothing of it.
    """

    help = "Make or find the example brand, its people, its source and its playbooks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what the runner needs; `password` is null when the administrator was there."""
        self.stdout.write(json.dumps(asdict(prepare_example(now=timezone.now()))))
