"""Texts by language in the admin: a field for each language, one below the other."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from messaging.rules.words import direction_of


class WordsWidget(forms.MultiWidget):
    """A text field for each language, running in its direction."""

    def __init__(self, *, rows: int) -> None:
        marks = {
            code: {
                "class": "words",
                "lang": code,
                "dir": direction_of(code),
                "aria-label": str(name),
            }
            for code, name in settings.LANGUAGES
        }
        fields: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.Textarea(attrs={"rows": rows, "cols": 80, **mark})
            if rows > 1
            else forms.TextInput(attrs={"size": 80, **mark})
            for code, mark in marks.items()
        }
        super().__init__(widgets=fields)

    def decompress(self, value: Any) -> list[str]:
        """Return the text of each language."""
        words = value if isinstance(value, dict) else {}
        return [words.get(code, "") for code, _name in settings.LANGUAGES]


class WordsField(forms.MultiValueField):
    """A text in each language; blank ones are left out."""

    def __init__(self, *, rows: int = 1, **kwargs: Any) -> None:
        fields = [
            forms.CharField(required=False, label=str(name)) for _code, name in settings.LANGUAGES
        ]
        kwargs.setdefault("required", False)
        super().__init__(
            fields=fields, widget=WordsWidget(rows=rows), require_all_fields=False, **kwargs
        )

    def compress(self, data_list: Any) -> dict[str, str]:
        """Return the texts by language."""
        codes = [code for code, _name in settings.LANGUAGES]
        said = zip(codes, data_list or [], strict=False)
        return {code: text for code, text in said if text}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what would be stored."""
        return bool(self.compress(data) != (initial or {}))


def shown_words(words: Any) -> SafeString | str:
    """Return texts with their languages, each in its direction."""
    if not words:
        return "–"
    parts = (
        (code, direction_of(code), code, text)
        for code, text in words.items()
        if isinstance(text, str)
    )
    return format_html("{}", format_html_join("", '<p lang="{}" dir="{}"><b>{}</b> {}</p>', parts))
