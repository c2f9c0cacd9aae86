"""The admin of this floor."""

from messaging.admin import (
    channels,
    holds,
    language_packs,
    media_assets,
    messages,
    notification_targets,
    public_incidents,
    public_numbers,
    public_pages,
    public_updates,
    publications,
    subscribers,
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
    "public_incidents",
    "public_numbers",
    "public_pages",
    "public_updates",
    "publications",
    "subscribers",
    "templates",
    "variants",
]
