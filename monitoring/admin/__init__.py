"""The admin of this floor."""

from monitoring.admin import (
    asked,
    authors,
    claims,
    corrections,
    deliveries,
    erasures,
    mentions,
    narratives,
    queries,
    reports,
    rereadings,
    response_effects,
    sources,
)

__all__ = [
    "asked",
    "authors",
    "claims",
    "corrections",
    "deliveries",
    "erasures",
    "mentions",
    "narratives",
    "queries",
    "reports",
    "rereadings",
    "response_effects",
    "sources",
]
