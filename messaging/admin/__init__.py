"""The admin of this floor."""

from messaging.admin import (
    channels,
    holds,
    key_messages,
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
    success_stories,
    templates,
    variants,
)

__all__ = [
    "channels",
    "holds",
    "key_messages",
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
    "success_stories",
    "templates",
    "variants",
]
