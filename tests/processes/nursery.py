"""A process that has everything imported and forks others: the service starts at once in tests.

It reads what to start as lines of JSON and answers each with the id of the new process, which
leaves its exit status beside its log. It lives as long as its input is open.
"""

import json
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from celery.__main__ import main as run_celery
from django.core.management import execute_from_command_line

from crisisapi.celery import app


def _through_scripted(arguments: list[str]) -> None:
    """Run a program with the scripted platform of the tests among its sources."""
    # Only now, since what it imports wants Django to be set up.
    from tests.processes.scripted import add_platform  # noqa: PLC0415

    add_platform()
    sys.argv = arguments[1:]
    _MAINS[sys.argv[0]](sys.argv)


_MAINS: dict[str, Callable[[list[str]], Any]] = {
    "manage.py": execute_from_command_line,
    "celery": lambda _arguments: run_celery(),
    "scripted": _through_scripted,
}


def serve() -> None:
    """Import the service, then fork as asked; who has ended is not waited for."""
    app.loader.import_default_modules()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(**wanted)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _become(arguments: list[str], log: str) -> NoReturn:
    """Be the command from now on, in a session of its own, and end with it."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    silence = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((silence, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    random.seed()
    sys.argv = arguments
    status = 1
    try:
        _MAINS[arguments[0]](arguments)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - nothing of it may reach the loop of the parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        Path(f"{log}.status").write_text(str(status))
        os._exit(status)


if __name__ == "__main__":
    serve()
