"""The admin of this floor."""

from monitoring.admin import deliveries, mentions, sources

__all__ = ["deliveries", "mentions", "sources"]
