"""The admin of this floor."""

from messaging.admin import channels, holds, messages, publications, templates

__all__ = ["channels", "holds", "messages", "publications", "templates"]
