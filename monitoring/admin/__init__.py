"""The admin of this floor."""

from monitoring.admin import deliveries, mentions, queries, rereadings, sources

__all__ = ["deliveries", "mentions", "queries", "rereadings", "sources"]
