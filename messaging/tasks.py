"""Work of the floor that speaks; finds its rows itself and is safe to run twice."""

import time

from celery import shared_task
from django.utils import timezone

from crisisapi.common.nudges import nudge_taken
from messaging.services.attempts import due_publications, give_up_attempts, perform_publication

# Shorter than the soft limit, so that a run ends by itself between two publications.
RUN_SECONDS = 40.0
BATCH = 50


@shared_task(name="messaging.perform_publications", soft_time_limit=60, time_limit=90)
def perform_publications() -> None:
    """Attempt what is pending, and give up attempts that broke off."""
    nudge_taken("messaging.perform_publications")
    end = time.monotonic() + RUN_SECONDS
    give_up_attempts(now=timezone.now())
    for publication_id in due_publications(now=timezone.now(), limit=BATCH):
        if time.monotonic() > end:
            return
        perform_publication(publication_id=publication_id, clock=timezone.now)
