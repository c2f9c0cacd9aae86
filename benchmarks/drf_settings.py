"""Our settings with the plain view in the place of our API."""

from crisisapi.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.drf_baseline"
