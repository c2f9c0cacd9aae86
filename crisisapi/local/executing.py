"""`exec`: one command with services of its own, which end with it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

from crisisapi.local.errors import RefusedError, StoppedError
from crisisapi.local.home import CHECKOUT, Home
from crisisapi.local.services import start_services
from crisisapi.local.stopping import StopRequest


def execute(home: Home, command: Sequence[str], *, durable: bool) -> int:
    """Run a command with services and return its exit code.

    A durable home's services may be running already; the command joins them. Refuses when
    another command holds a home that is not durable.
    """
    stop = StopRequest()
    if durable and home.is_in_use():
        return _run(command, {**os.environ, **home.shared()}, stop)
    with home.locked(f"make {home.path.name}"):
        try:
            services = start_services(home, durable=durable, pause=stop.pause)
        except StoppedError:
            return 128 + signal.SIGINT
        try:
            return _run(command, services.environ, stop)
        finally:
            services.stop()


def _run(command: Sequence[str], environ: Mapping[str, str], stop: StopRequest) -> int:
    # In our process group, so that the terminal's Ctrl-C and a debugger reach it.
    try:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environ)
    except (FileNotFoundError, PermissionError) as error:
        raise RefusedError(f"There is no command {command[0]} to run.") from error
    forwarded = 0
    while (code := process.poll()) is None:
        for number in stop.received[forwarded:]:
            # The terminal has sent Ctrl-C to the command as well.
            if number != signal.SIGINT:
                process.terminate()
            forwarded += 1
        time.sleep(0.05)
    return code if code >= 0 else 128 - code
