"""Texts by language, as bodies and answers have them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

_TEXT: Any = {"max_length": 5_000, "required": False, "allow_blank": True}


class WordsSerializer(serializers.Serializer[Any]):
    """A text in each language; one that is left out is not said in it."""

    leaves_out = True
    default_error_messages = {"unknown": _("Give one of these languages: {known}.")}

    he = serializers.CharField(**_TEXT, help_text="In Hebrew.")
    en = serializers.CharField(**_TEXT, help_text="In English.")

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the texts; refuses a language that no page is read in."""
        known = [code for code, _name in settings.LANGUAGES]
        unknown = sorted(set(data) - set(known)) if isinstance(data, dict) else []
        if unknown:
            sentence = self.error_messages["unknown"].format(known=", ".join(known))
            raise serializers.ValidationError({name[:20]: [sentence] for name in unknown[:10]})
        return dict(super().to_internal_value(data))

    def to_representation(self, instance: Any) -> dict[str, str]:
        """Return the texts there are."""
        return {language: instance[language] for language in instance}
