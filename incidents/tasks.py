"""Work of the incidents floor; finds its rows itself and is safe to run twice."""

import time

from celery import shared_task
from django.utils import timezone

from incidents.services.deadlines import due_alarms, raise_alarm
from incidents.services.run_steps import due_steps, wake_step

# Shorter than the soft limit, so that a run ends by itself between two rows.
RUN_SECONDS = 40.0
BATCH = 200


@shared_task(name="incidents.raise_alarms", soft_time_limit=60, time_limit=90)
def raise_alarms() -> None:
    """Say of everything due what is due soon, and what is late."""
    end = time.monotonic() + RUN_SECONDS
    for thing in due_alarms(now=timezone.now(), limit=BATCH):
        if time.monotonic() > end:
            return
        raise_alarm(thing, now=timezone.now())


@shared_task(name="incidents.advance_runs", soft_time_limit=60, time_limit=90)
def advance_runs() -> None:
    """Let the runs of playbooks go on whose time has passed."""
    end = time.monotonic() + RUN_SECONDS
    for step_id in due_steps(now=timezone.now(), limit=BATCH):
        if time.monotonic() > end:
            return
        wake_step(step_id=step_id, now=timezone.now())
