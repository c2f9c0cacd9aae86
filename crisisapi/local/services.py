"""PostgreSQL and Redis for a command, unless the environment names others."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from crisisapi.local.home import Home
from crisisapi.local.postgres import remove_sockets, start_postgres
from crisisapi.local.processes import Child, stop_leftovers
from crisisapi.local.valkey import start_valkey


@dataclass(frozen=True)
class Services:
    """What was started, in order, and the environment variables that tell of it."""

    home: Home
    children: tuple[Child, ...]
    settings: dict[str, str]

    @property
    def environ(self) -> dict[str, str]:
        return {**os.environ, **self.settings}

    def stop(self) -> None:
        """Stop in the opposite order of the start."""
        for child in reversed(self.children):
            child.stop()
        forget_services(self.home)


def start_services(home: Home, *, durable: bool, pause: Callable[[], None]) -> Services:
    """Start what DATABASE_URL and REDIS_URL do not name; the home must be locked."""
    stop_leftovers(home)
    children: list[Child] = []
    settings = {} if _is_given("SECRET_KEY") else {"SECRET_KEY": home.secret_key()}
    try:
        if not _is_given("DATABASE_URL"):
            child, settings["DATABASE_URL"] = start_postgres(home, durable=durable, pause=pause)
            children.append(child)
        if not _is_given("REDIS_URL"):
            child, settings["REDIS_URL"] = start_valkey(home, pause=pause)
            children.append(child)
    except BaseException:
        for child in reversed(children):
            child.stop()
        forget_services(home)
        raise
    return Services(home, tuple(children), settings)


def forget_services(home: Home) -> None:
    """Remove what tells of services that no longer run."""
    home.unshare()
    remove_sockets(home)


def _is_given(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
