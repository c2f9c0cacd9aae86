"""What is happening."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        """Start to listen."""
        from incidents import receivers  # noqa: F401, PLC0415
