"""The admin of this floor."""

from messaging.admin import channels, messages, publications, templates

__all__ = ["channels", "messages", "publications", "templates"]
