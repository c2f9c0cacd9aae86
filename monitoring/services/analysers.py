"""Which analyser reads the mentions of this installation."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from monitoring.rules.analysis import DEFAULT_ANALYSER, Analyser


@cache
def chosen_analyser() -> Analyser:
    """The analyser named in ANALYSER as `module:Class`, or the one that ships; once a process.

    Refuses a name that cannot be imported.
    """
    named: str = settings.ANALYSER
    if not named:
        return DEFAULT_ANALYSER
    try:
        analyser: Analyser = import_string(named.replace(":", "."))()
    except ImportError as error:
        raise ImproperlyConfigured(f"ANALYSER {named!r} cannot be loaded: {error}") from error
    return analyser


def analyser_name() -> str:
    """What is stored with the results of the chosen analyser: its name and its version."""
    analyser = chosen_analyser()
    return f"{analyser.name}/{analyser.version}"
