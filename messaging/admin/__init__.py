"""The admin of this floor."""

from messaging.admin import (
    channels,
    holds,
    language_packs,
    messages,
    notification_targets,
    publications,
    templates,
)

__all__ = [
    "channels",
    "holds",
    "language_packs",
    "messages",
    "notification_targets",
    "publications",
    "templates",
]
