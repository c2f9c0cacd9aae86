"""Settings of the slow tier that cannot work, said before anything starts."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from monitoring.rules.transformer import BadTransformer, read_folder
from monitoring.services.analysers import load_transformer

_PACKAGES = ("onnxruntime", "tokenizers")


@register
def check_transformer(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Find a model without the packages that run it, and a folder that holds none we know.

    Only small files are read: commands have to start at once.
    """
    if not settings.TRANSFORMER_MODEL:
        return []
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        return [
            Error(
                f"TRANSFORMER_MODEL is set, and {' and '.join(missing)} not installed.",
                hint="pip install 'crisisapi[transformer]', or leave TRANSFORMER_MODEL empty.",
                id="monitoring.E001",
            )
        ]
    try:
        read_folder(Path(settings.TRANSFORMER_MODEL))
    except BadTransformer as error:
        return [_bad(error)]
    return []


@register(deploy=True)
def check_model_runs(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Load the whole model once, where somebody asks by `check --deploy`."""
    if not settings.TRANSFORMER_MODEL or check_transformer(None):
        return []
    try:
        load_transformer(settings.TRANSFORMER_MODEL)
    except BadTransformer as error:
        return [_bad(error)]
    return []


def _bad(error: BadTransformer) -> Error:
    return Error(
        f"TRANSFORMER_MODEL cannot be used: {error}",
        hint="docs/analysis.md says what the folder of a model holds.",
        id="monitoring.E002",
    )
