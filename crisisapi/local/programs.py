"""The parts of the service that `run` keeps running, and the steps before them."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crisisapi.local.errors import RefusedError, failure
from crisisapi.local.home import CHECKOUT, Home
from crisisapi.local.ports import HOST
from crisisapi.local.processes import Program, leash

_PYTHON = sys.executable


@dataclass(frozen=True)
class Prepared:
    """What `manage.py prepare_demo` made or found."""

    username: str
    # None when the user was there already: only its hash is kept.
    password: str | None
    # The answer whole, for the example crisis.
    answer: dict[str, Any]


def programs(home: Home, environ: Mapping[str, str], port: int) -> tuple[Program, ...]:
    """Return all parts in the order of their start."""
    web = (
        *("-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "3"),
        *("--host", HOST, "--port", str(port), "crisisapi.wsgi:application"),
    )
    celery = ("-m", "celery", "-A", "crisisapi")
    worker = (*celery, "worker", *_worker("worker", "celery"))
    # Asks the sources, and looks twice where a model is set; apart, since both take their time.
    fetcher = (*celery, "worker", *_worker("fetcher", "sources,slow"))
    # Reads mentions, raises alerts and tells people; apart, since that is a matter of seconds.
    live = (*celery, "worker", *_worker("live", "live"))
    # No pid file: a crash would leave one that forbids the next start.
    beat = (
        *(*celery, "beat", "--pidfile=", "--loglevel", "INFO"),
        *("--schedule", str(home.path / "beat-schedule")),
    )
    listener = ("manage.py", "listen")
    named = {
        "web": web,
        "worker": worker,
        "fetcher": fetcher,
        "live": live,
        "listener": listener,
        "beat": beat,
    }
    return tuple(
        Program(name=name, command=(_PYTHON, *command), environ=environ)
        for name, command in named.items()
    )


def _worker(name: str, queue: str) -> tuple[str, ...]:
    # A name of its own: two workers of one name on a machine are mistaken for each other.
    named = ("-n", f"{name}@%h", "-Q", queue)
    return (*named, "--concurrency", "2", "--loglevel", "INFO")


def migrate(home: Home, environ: Mapping[str, str], pause: Callable[[], None]) -> None:
    """Bring the database to the state of the code."""
    _manage(home, ("migrate", "--noinput"), environ, pause)


def prepare_demo(home: Home, environ: Mapping[str, str], pause: Callable[[], None]) -> Prepared:
    """Make the example brand, its user and its source, or find them."""
    text = _manage(home, ("prepare_demo",), environ, pause)
    try:
        answer = json.loads(text)
        return Prepared(answer["username"], answer["password"], answer)
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(
            f"`manage.py prepare_demo` gave an answer we cannot read: {error!r}."
        ) from error


def prepare_past(home: Home, environ: Mapping[str, str], pause: Callable[[], None]) -> None:
    """Tell the crisis that the example brand has behind it, where that was not done before."""
    _manage(home, ("prepare_demo_past",), environ, pause)


def play_demo(
    home: Home, environ: Mapping[str, str], base_url: str, prepared: Prepared
) -> subprocess.Popen[bytes]:
    """Start the example crisis; it tells its story on the terminal and its faults in a log."""
    program = Program("demo", (_PYTHON, "-m", "crisisapi.local.playing"), environ)
    log = home.rotate(program.name)
    with log.open("ab") as faults, tempfile.TemporaryFile() as arguments:
        arguments.write(json.dumps({"base_url": base_url, "prepared": prepared.answer}).encode())
        arguments.seek(0)
        return subprocess.Popen(
            [*leash(program), *program.command],
            cwd=CHECKOUT,
            env=dict(environ),
            stdin=arguments,
            stderr=faults,
            start_new_session=True,
        )


def _manage(
    home: Home, arguments: tuple[str, ...], environ: Mapping[str, str], pause: Callable[[], None]
) -> str:
    program = Program(arguments[0], (_PYTHON, "manage.py", *arguments), environ)
    log = home.rotate(program.name)
    with log.open("ab") as errors, tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(
            [*leash(program), *program.command],
            cwd=CHECKOUT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=errors,
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                pause()
        finally:
            process.terminate()
            process.wait()
        answer.seek(0)
        text = answer.read().decode()
    if process.returncode != 0:
        raise failure(f"`manage.py {arguments[0]}` failed", log)
    return text
