"""Declarations of placeholders, as templates and blocks have them."""

from typing import Any

from rest_framework import serializers

from crisisapi.common.fields import OneOfField, ShortDictField, ShortListField
from messaging.rules.declarations import MOST, TYPES, VALUE_LENGTH


class PlaceholderSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(
        max_length=40, help_text="Letters, digits and _; stands in the body as {name}."
    )
    type = OneOfField(
        choices=TYPES,
        default="text",
        help_text="What it takes. Dates, numbers and amounts are written as the language of the "
        "template does; a fact is the id of a fact of the incident, and the message rests on it.",
    )
    label = ShortDictField(  # type: ignore[assignment]  # a field named as Field's own attribute
        child=serializers.CharField(max_length=200),
        default=dict,
        help_text="What to ask people for, by language code.",
    )
    required = serializers.BooleanField(  # type: ignore[assignment]  # as above
        default=True, help_text="Whether a message needs it; an empty one leaves nothing behind."
    )
    example = serializers.CharField(
        max_length=VALUE_LENGTH,
        default="",
        allow_blank=True,
        help_text="A value, as people would give it.",
    )
    choices = ShortListField(
        child=serializers.CharField(max_length=200),
        default=list,
        help_text="The texts to choose from; for the type choice alone.",
    )
    max_length = serializers.IntegerField(
        min_value=1,
        max_value=VALUE_LENGTH,
        default=None,
        allow_null=True,
        help_text="The most characters a value may have; null: 5,000.",
    )

    def to_internal_value(self, data: Any) -> Any:
        """Return the declaration; a bare name stands for a text."""
        return super().to_internal_value({"name": data} if isinstance(data, str) else data)


class DeclarationsField(ShortListField):
    """Declarations of placeholders; those of the body, and no other."""

    child = PlaceholderSerializer()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MOST)
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "help_text",
            "What each placeholder of the body takes; a bare name stands for a text.",
        )
        super().__init__(**kwargs)
