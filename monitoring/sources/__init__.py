"""Where mentions come from: every module here with a PROVIDER is one kind of source."""

from importlib import import_module
from pkgutil import iter_modules

from monitoring.sources.base import Provider


def _found() -> dict[str, Provider]:
    modules = (import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__))
    providers = (getattr(module, "PROVIDER", None) for module in modules)
    return {one.kind: one for one in providers if one is not None}


PROVIDERS: dict[str, Provider] = _found()

__all__ = ["PROVIDERS", "Provider"]
