"""`run`: the whole service on this machine until Ctrl-C."""

import os
import subprocess
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from crisisapi.local.errors import StoppedError, failure
from crisisapi.local.home import CHECKOUT, Home
from crisisapi.local.ports import HOST, chosen_port, is_healthy
from crisisapi.local.programs import (
    Prepared,
    migrate,
    play_demo,
    prepare_demo,
    prepare_past,
    programs,
)
from crisisapi.local.services import forget_services, start_services
from crisisapi.local.stopping import StopRequest
from crisisapi.local.supervisor import Supervisor

_START_SECONDS = 90.0
_AS_SHOWN_BEFORE = (
    'as shown at the first start (`make manage ARGS="changepassword admin"` sets another)'
)


def serve(home: Home, console: Console) -> int:
    """Run everything until a person or the system asks for an end; return the exit code."""
    with home.locked("make run"):
        port = chosen_port(os.environ.get("PORT") or "8000")
        stop = StopRequest()
        supervisor = Supervisor(home, tell=console.print)
        try:
            _serve(home, port, supervisor, stop, console)
        except StoppedError:
            console.print("\nStopping …")
        finally:
            supervisor.stop(is_urgent=stop.is_urgent)
            forget_services(home)
        console.print("Stopped. Data stays in .local/run; `make run` goes on from there.")
    return 0


def _serve(
    home: Home, port: int, supervisor: Supervisor, stop: StopRequest, console: Console
) -> None:
    with console.status("Starting PostgreSQL and Valkey …"):
        services = start_services(home, durable=True, pause=stop.pause)
    for child in services.children:
        supervisor.adopt(child)
    # Or what a program prints would reach its log late.
    environ = {
        "EMAIL_URL": (home.path / "mails").as_uri(),  # to read, none leaves this machine
        "PUBLIC_URL": f"http://{HOST}:{port}",
        # The example serves a feed of its own on this machine.
        "OUTBOUND_ALLOW_PRIVATE_HOSTS": "true",
        **services.environ,
        "PYTHONUNBUFFERED": "1",
    }
    with console.status("Preparing the database …"):
        migrate(home, environ, stop.pause)
        prepared = prepare_demo(home, environ, stop.pause)
    base_url = f"http://{HOST}:{port}"
    # At once: a new password is known to nobody else, whatever happens from here on.
    console.print(_addresses(home, base_url, prepared))
    with console.status("Telling a crisis of some weeks ago …"):
        prepare_past(home, environ, stop.pause)
    home.share(services.settings)
    for program in programs(home, environ, port):
        supervisor.start(program)

    def pause() -> None:
        supervisor.check()
        stop.pause(0.2)

    with console.status("Waiting for the web server …"):
        _wait_for_health(home, port, pause)
    demo = play_demo(home, environ, base_url, prepared)
    try:
        _keep_serving(home, demo, pause, console)
    finally:
        demo.terminate()
        demo.wait()


def _keep_serving(
    home: Home, demo: subprocess.Popen[bytes], pause: Callable[[], None], console: Console
) -> None:
    while demo.poll() is None:
        pause()
    if demo.returncode != 0:
        console.print(
            "The example crisis could not be played to its end; the service is not hurt. "
            f"Why: {home.log('demo').relative_to(CHECKOUT)}"
        )
    console.print("Serving; Ctrl-C stops.")
    while True:
        pause()


def _wait_for_health(home: Home, port: int, pause: Callable[[], None]) -> None:
    end = time.monotonic() + _START_SECONDS
    while not is_healthy(port):
        if time.monotonic() > end:
            raise failure(f"web did not answer in {_START_SECONDS:.0f} seconds", home.log("web"))
        pause()


def _addresses(home: Home, base_url: str, prepared: Prepared) -> Table:
    table = Table.grid(padding=(0, 2))
    rows = {
        "API": f"{base_url}/api/v1/",
        "Documentation": f"{base_url}/api/v1/docs/",
        "Administration": f"{base_url}/admin/",
        "User": prepared.username,
        "Password": prepared.password or _AS_SHOWN_BEFORE,
        "Logs": str((home.path / "logs").relative_to(CHECKOUT)),
    }
    for name, value in rows.items():
        table.add_row(name, value, style=None)
    return table
