"""Texts in several languages: which language a reader gets."""

from collections.abc import Mapping, Sequence


def chosen(words: Mapping[str, str], preferred: Sequence[str]) -> tuple[str, str]:
    """Return the text in the first preferred language that has one, and that language.

    Where none of them has one, any text there is; ("", "") when there is none.
    """
    for language in (*preferred, *words):
        if words.get(language):
            return words[language], language
    return "", ""


_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


def direction_of(language: str) -> str:
    """Return `rtl` or `ltr`, as HTML names the direction of a language."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"
