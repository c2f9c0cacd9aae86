"""Periodic work on accounts."""

from celery import shared_task
from django.utils import timezone

from crisisapi.accounts.services.sign_in import purge_sign_ins


@shared_task(name="accounts.purge_sign_ins", time_limit=90)
def purge_expired_sign_ins() -> None:
    """Forget dead tokens and old failed attempts."""
    purge_sign_ins(now=timezone.now())
