"""The platform: settings, URLs, workers and what every floor stands on."""

from crisisapi.celery import app as celery_app

__all__ = ["celery_app"]
