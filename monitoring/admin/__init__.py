"""The admin of this floor."""

from monitoring.admin import deliveries, erasures, mentions, queries, rereadings, sources

__all__ = ["deliveries", "erasures", "mentions", "queries", "rereadings", "sources"]
