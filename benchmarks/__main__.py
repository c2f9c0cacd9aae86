"""`python -m benchmarks NAME`: fresh, durable services of its own, then one benchmark."""

import importlib
import os
import shutil
import sys
from pathlib import Path

import django

from benchmarks.stage import Stage, pause
from crisisapi.local.errors import RefusedError
from crisisapi.local.home import Home
from crisisapi.local.programs import migrate
from crisisapi.local.services import start_services

_NAMES = (
    "authors",
    "effect",
    "incidents",
    "ingest",
    "metrics",
    "push_to_alert",
    "push_to_metrics",
    "queries",
    "reading",
    "reads",
    "real_posts",
    "reports",
    "text",
    "transformer",
)
_GIVEN = ("DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE")


def main(arguments: list[str]) -> int:
    """Run the named benchmark; refuses to touch a database that the environment names."""
    name, options = (arguments or ["ingest"])[0], arguments[1:]
    if name not in _NAMES:
        return _refuse(f"There is no benchmark {name}; there are: {', '.join(_NAMES)}.")
    if any(map(os.environ.get, _GIVEN)):
        return _refuse("A benchmark fills and empties its database: unset DATABASE_URL, REDIS_URL.")
    try:
        _run(name, options)
    except (RefusedError, AssertionError) as error:
        return _refuse(str(error))
    return 0


def _run(name: str, options: list[str]) -> None:
    home = Home.named("bench")
    with home.locked("make bench"):
        shutil.rmtree(home.path / "postgres", ignore_errors=True)
        services = start_services(home, durable=True, pause=pause)
        os.environ |= services.settings | {
            "DJANGO_SETTINGS_MODULE": "crisisapi.settings",
            "STATIC_ROOT": str(Path(home.path, "static")),
        }
        stage = Stage(home, services.children)
        try:
            migrate(home, os.environ, pause)
            django.setup()
            # Models can be imported only from here on.
            importlib.import_module(f"benchmarks.{name}").main(stage, options)
        finally:
            stage.stop()
            services.stop()


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
