"""TCP ports of this machine."""

import errno
import http.client
import socket

from crisisapi.local.errors import RefusedError
from crisisapi.local.processes import listener

HOST = "127.0.0.1"


def chosen_port(text: str) -> int:
    """Return the port a person asked for; refuse one that is none, forbidden or taken."""
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        raise RefusedError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    try:
        _bind(port)
    except OSError as error:
        raise RefusedError(_why_not(port, error)) from error
    return port


def free_port() -> int:
    """Return a port that nobody uses now."""
    return _bind(0)


def _bind(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A port whose last connections are still fading counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        number: int = probe.getsockname()[1]
        return number


def _why_not(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by {listener(port)}: stop it, or choose another port, "
            f"for example `PORT={_next_free(port)} make run`."
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port} is reserved for root: choose another, for example `PORT=8000 make run`."
        )
    return f"Port {port} cannot be used: {error.strerror}."


def _next_free(port: int) -> int:
    for candidate in range(port + 1, min(port + 100, 65536)):
        try:
            return _bind(candidate)
        except OSError:
            continue
    return free_port()


def is_healthy(port: int) -> bool:
    """Say whether the web server on this port of our own host answers that it is alive."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
