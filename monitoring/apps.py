"""What the public says."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self) -> None:
        """Start to listen."""
        from monitoring import checks, receivers  # noqa: F401, PLC0415
