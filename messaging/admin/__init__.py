"""The admin of this floor."""

from messaging.admin import (
    channels,
    holds,
    language_packs,
    media_assets,
    messages,
    notification_targets,
    publications,
    templates,
    variants,
)

__all__ = [
    "channels",
    "holds",
    "language_packs",
    "media_assets",
    "messages",
    "notification_targets",
    "publications",
    "templates",
    "variants",
]
