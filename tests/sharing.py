"""What lets several pytest processes share a machine, one Redis and one migrated database.

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

# Of tests that wait for other processes most of their time, one after the other.
_WAITING = ("tests/processes/", "tests/browser/", "tests/crisisapi/local/", "test_listening.py")
_MOST_WORKERS = 4


def pytest_xdist_auto_num_workers() -> int:
    """Say how many processes `-n auto` starts: one more than there are processors.

    A third of the time they wait: for PostgreSQL, for a browser, for processes that are killed.
    """
    return min(len(os.sched_getaffinity(0)) + 1, _MOST_WORKERS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, behind which others get done, so that none is left for the end."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in _WAITING))


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
