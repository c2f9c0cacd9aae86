"""Serializer fields of the API."""

from datetime import datetime, tzinfo
from typing import Any, NoReturn

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crisisapi.common.quoting import shortened
from crisisapi.common.sentences import read

# So much of a wrong value is quoted: what would be right has to be seen beside it.
QUOTED = 100
# Keys in PEM are the longest that people paste.
TEXT_LENGTH = 8_000


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
        said = {name: shortened(str(value), QUOTED) for name, value in kwargs.items()}
        super().fail(key, choices=choices, **said)


class ShortListField(serializers.ListField):
    """A list whose length is checked before its elements: a long one is refused at once."""

    limit = 200

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", self.limit)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the checked elements; refuses too many of them."""
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        elements: list[Any] = super().to_internal_value(data)
        return elements


class ShortDictField(serializers.DictField):
    """An object of few values, counted before they are looked at."""

    limit = 200
    default_error_messages = {"too_many": _("Give at most {limit} values.")}

    def to_internal_value(self, data: Any) -> dict[Any, Any]:
        """Return the checked values; refuses too many of them."""
        if isinstance(data, dict) and len(data) > self.limit:
            self.fail("too_many", limit=self.limit)
        values: dict[Any, Any] = super().to_internal_value(data)
        return values


class TextsField(ShortDictField):
    """Texts by name: few and not long."""

    limit = 40

    def __init__(self, **kwargs: Any) -> None:
        text = serializers.CharField(max_length=TEXT_LENGTH, allow_blank=True)
        super().__init__(child=text, **kwargs)


class SentenceField(serializers.CharField):
    """A sentence that is kept in JSON, worded for whoever reads it; not to be written."""

    def to_representation(self, value: str) -> str:
        """Word it in the active language."""
        return str(read(value))
