"""Serializer fields of the API."""

from datetime import datetime, tzinfo
from typing import Any, NoReturn

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class MomentField(serializers.DateTimeField):
    """A time with its offset; one without would be another time for every reader."""

    default_error_messages = {
        "no_offset": _("Give the time with its offset, e.g. 2026-03-04T09:15:00Z.")
    }

    def enforce_timezone(self, value: datetime, tz: tzinfo | None = None) -> datetime:
        """Refuse a time without an offset."""
        if timezone.is_naive(value):
            self.fail("no_offset")
        moment: datetime = super().enforce_timezone(value)
        return moment


class OneOfField(serializers.ChoiceField):
    """One of some choices; a refusal lists them."""

    default_error_messages = {"invalid_choice": _("“{input}” is not among: {choices}.")}

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        """Refuse, and say what would be right."""
        choices = ", ".join(str(choice) for choice in self.choices if choice != "")
        super().fail(key, choices=choices, **kwargs)
