"""The part of the platform that knows no other app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "crisisapi.common"
    label = "common"
    verbose_name = _("Platform")
