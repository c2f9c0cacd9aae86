"""What lets several pytest processes share one Redis and one migrated database.

Loaded with `-p`, so that it is done before Django reads its settings.
"""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_MIGRATING = pytest.StashKey[subprocess.Popen[bytes]]()

if _WORKER:
    number = int(_WORKER.removeprefix("gw")) + 1
    address = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = address._replace(path=f"/{number}").geturl()


def pytest_configure(config: pytest.Config) -> None:
    """Let the migrations run while the workers collect; whoever is first takes the lock."""
    if not _WORKER and config.getoption("numprocesses", None) and "DATABASE_URL" in os.environ:
        config.stash[_MIGRATING] = subprocess.Popen(
            [sys.executable, "-m", "tests.migrating"],
            cwd=Path(__file__).parent.parent,
            env={"DJANGO_SETTINGS_MODULE": "crisisapi.settings", **os.environ},
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Wait for the migrations, should no test have done so."""
    if _MIGRATING in config.stash:
        config.stash[_MIGRATING].wait()
