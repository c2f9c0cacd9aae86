"""The admin of this floor."""

from messaging.admin import (
    channels,
    holds,
    messages,
    notification_targets,
    publications,
    templates,
)

__all__ = [
    "channels",
    "holds",
    "messages",
    "notification_targets",
    "publications",
    "templates",
]
