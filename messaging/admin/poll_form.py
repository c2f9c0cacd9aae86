"""How a poll is worded at the desk: a question and its options, in each language."""

from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm
from messaging.admin.words import WordsField, WordsWidget


class OptionsWidget(WordsWidget):
    """A text field for each language, an option a line."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Show the options of each language as lines; what was just typed is lines already."""
        is_stored = isinstance(value, list) and all(isinstance(one, dict) for one in value)
        return super().get_context(name, _lines_of(value) if is_stored else value, attrs)


class OptionsField(WordsField):
    """Options by language; those in the same line of each language are one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=4, **kwargs)
        self.widget = OptionsWidget(rows=4)

    def compress(self, data_list: Any) -> Any:
        """Return a text by language for each option; a language without any is left out."""
        lines = {
            code: [line.strip() for line in text.splitlines() if line.strip()]
            for code, text in super().compress(data_list).items()
        }
        written = {code: texts for code, texts in lines.items() if texts}
        return [
            {code: text for code, text in zip(written, texts, strict=True) if text}
            for texts in zip_longest(*written.values(), fillvalue="")
        ]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what would be stored."""
        return bool(self.compress(data) != (initial or []))


class PollForm(ModelForm):
    questions = WordsField(
        label=_("Question"), required=True, help_text=_("What is asked, by language; one line.")
    )
    options = OptionsField(
        label=_("Options"),
        required=True,
        help_text=_("2 to 12 options, one a line, in the same order in each language."),
    )


def _lines_of(options: list[dict[str, str]]) -> list[str]:
    codes = [code for code, _name in settings.LANGUAGES]
    return ["\n".join(option.get(code, "") for option in options) for code in codes]
