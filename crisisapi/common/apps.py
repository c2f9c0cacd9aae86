"""The part of the platform that knows no other app."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "crisisapi.common"
    label = "common"
    verbose_name = "Platform"
