"""The admin of this floor."""

from monitoring.admin import (
    alert_rules,
    alerts,
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
    second_looks,
    sources,
)

__all__ = [
    "alert_rules",
    "alerts",
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
    "second_looks",
    "sources",
]
