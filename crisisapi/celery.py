"""The Celery application: muscle only, every piece of work is a row in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisisapi.settings")

app = Celery("crisisapi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
