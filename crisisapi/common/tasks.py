"""Periodic work of the platform."""

from celery import shared_task

from crisisapi.common.idempotency import purge_answers


@shared_task(name="common.purge_answers", time_limit=90)
def purge_kept_answers() -> None:
    """Forget kept answers past their time."""
    purge_answers()
