"""The programs of the service, with the scripted platform of the tests among its sources.

`python -m tests.processes.scripted celery worker …` or `… manage listen`.
"""

import os
import sys

import django
from django.core.management import execute_from_command_line

from crisisapi.celery import app


def main(program: str, *arguments: str) -> None:
    """Run a program of the service."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisisapi.settings")
    django.setup()
    _add_platform()
    if program == "celery":
        app.start(list(arguments))
    else:
        execute_from_command_line(["manage.py", *arguments])


def _add_platform() -> None:
    # Only now, since what they import wants Django to be set up.
    from monitoring.sources import PROVIDERS  # noqa: PLC0415
    from tests.monitoring.scripted import ScriptedProvider  # noqa: PLC0415

    PROVIDERS[ScriptedProvider.kind] = ScriptedProvider()


if __name__ == "__main__":
    main(*sys.argv[1:])
