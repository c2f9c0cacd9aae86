"""The admin of this floor."""

from monitoring.admin import (
    corrections,
    deliveries,
    erasures,
    mentions,
    queries,
    rereadings,
    response_effects,
    sources,
)

__all__ = [
    "corrections",
    "deliveries",
    "erasures",
    "mentions",
    "queries",
    "rereadings",
    "response_effects",
    "sources",
]
