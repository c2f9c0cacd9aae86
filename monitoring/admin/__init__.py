"""The admin of this floor."""

from monitoring.admin import (
    authors,
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
    "authors",
    "corrections",
    "deliveries",
    "erasures",
    "mentions",
    "queries",
    "rereadings",
    "response_effects",
    "sources",
]
