"""The scripted platform of the tests, among the sources of a process that is to be killed."""

from monitoring.sources import PROVIDERS
from tests.monitoring.scripted import ScriptedProvider


def add_platform() -> None:
    """Let this process ask and listen to scripted sources."""
    PROVIDERS[ScriptedProvider.kind] = ScriptedProvider()
