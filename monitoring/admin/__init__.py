"""The admin of this floor."""

from monitoring.admin import (
    corrections,
    deliveries,
    erasures,
    mentions,
    queries,
    rereadings,
    sources,
)

__all__ = ["corrections", "deliveries", "erasures", "mentions", "queries", "rereadings", "sources"]
