"""Choices as people read them."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.encoding import force_str


def named(choices: type[TextChoices], values: Iterable[str]) -> str:
    """Return the labels of some choices, in the language of who reads them."""
    return ", ".join(force_str(choices(value).label) for value in sorted(values))
