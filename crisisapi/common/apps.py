"""The part of the platform that knows no other app."""

from django.apps import AppConfig
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "crisisapi.common"
    label = "common"
    verbose_name = _("Platform")

    def ready(self) -> None:
        """Check the settings; let serializers of models ask for short lists, times with offset.

        What a field refuses names what would be right. Connections to the database begin with
        our settings.
        """
        from rest_framework.serializers import BooleanField, ModelSerializer  # noqa: PLC0415

        from crisisapi.common import checks  # noqa: F401, PLC0415
        from crisisapi.common.database import plan_alone  # noqa: PLC0415
        from crisisapi.common.fields import (  # noqa: PLC0415
            MomentField,
            OneOfField,
            ShortListField,
        )

        connection_created.connect(plan_alone, dispatch_uid="plan_alone")
        ModelSerializer.serializer_field_mapping[models.DateTimeField] = MomentField
        ModelSerializer.serializer_field_mapping[ArrayField] = ShortListField
        ModelSerializer.serializer_choice_field = OneOfField
        BooleanField.default_error_messages["invalid"] = _("Give true or false.")
