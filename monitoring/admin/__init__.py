"""The admin of this floor."""

from monitoring.admin import deliveries, erasures, mentions, sources

__all__ = ["deliveries", "erasures", "mentions", "sources"]
