"""How something that talks to a platform is set up: its fields, and what is wrong with them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Field:
    """One setting or credential, text always.

    `check` returns a sentence that says what would be right, or nothing when the value is.
    """

    name: str
    label: Any
    required: bool = False
    help_text: Any = ""
    check: Callable[[str], Any] | None = None
    is_secret: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong with a set-up; `field` names the setting to mend, or nothing."""

    code: str
    sentence: str
    field: str = ""


def wrong_values(
    place: str, known: Iterable[Field], given: Mapping[str, Any], *, unknown: Any
) -> dict[str, list[object]]:
    """Return what is wrong with the values given, by `place.name`; `unknown` for extra names."""
    names = {field.name: field for field in known}
    errors: dict[str, list[object]] = {
        f"{place}.{name}": [unknown] for name in given if name not in names
    }
    for name, field in names.items():
        if sentence := _wrong_in(field, given.get(name, "")):
            errors[f"{place}.{name}"] = [sentence]
    return errors


def merged(stored: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return stored values with those given in their place; an empty one is forgotten."""
    return {name: value for name, value in {**stored, **given}.items() if value}


def check_address(value: str) -> Any:
    """Return what would be right when this is no address of a server, else nothing."""
    parts = parts_of_address(value)
    return None if parts and not parts.query else _("Give an address that begins with https://.")


def parts_of_address(value: str) -> SplitResult | None:
    """Return the parts of a web address; None when it is none, or has a name or password in it."""
    try:
        parts = urlsplit(value)
        is_named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    is_web = parts.scheme in {"http", "https"} and value.isprintable()
    return parts if is_web and is_named and "@" not in parts.netloc else None


def check_number(value: str) -> Any:
    """Return what would be right when this is no id made of digits, else nothing."""
    return None if value.isascii() and value.isdigit() else _("Give the number, digits only.")


@dataclass(frozen=True)
class OneOf:
    """A check that a value is one of the named ones."""

    choices: tuple[str, ...]

    def __call__(self, value: str) -> Any:
        """Return what would be right when it is none of them, else nothing."""
        if value in self.choices:
            return None
        return _("Choose one of: %(choices)s.") % {"choices": ", ".join(self.choices)}


def one_of(choices: Mapping[str, Any]) -> OneOf:
    """Return a check that a value is one of the named ones."""
    return OneOf(tuple(choices))


def _wrong_in(field: Field, value: Any) -> object:
    if not isinstance(value, str):
        return _("Give a text.")
    if not value.strip():
        return _("This is needed: %s.") % field.label if field.required else None
    return field.check(value) if field.check else None
