"""The admin of this floor."""

from monitoring.admin import deliveries, mentions, queries, sources

__all__ = ["deliveries", "mentions", "queries", "sources"]
