"""Strict reading of settings from the environment; secrets also from a file named NAME_FILE."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

_MAIL = "django.core.mail.backends"
_MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the content of the file NAME_FILE; refuse when neither is there."""
    if (value := os.environ.get(name)) is not None:
        return value
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    if default is None:
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE with the path of a file.")
    return default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; anything but a clear yes or no is refused."""
    value = text(name, "").lower()
    if not value:
        return default
    if value in _TRUE | _FALSE:
        return value in _TRUE
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def number(name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number of at least `least`."""
    value = text(name, str(default))
    try:
        parsed = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error
    if parsed < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {parsed}.")
    return parsed


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str) -> dict[str, object]:
    """Return Django's database settings from a libpq URI (socket directories included)."""
    try:
        parts = {key: value for key, value in conninfo_to_dict(text(name)).items() if value}
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"{name} is not a PostgreSQL URI: {error}") from error
    if "dbname" not in parts:
        raise ImproperlyConfigured(f"{name} must name a database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": dict(parts),
    }


@dataclass(frozen=True)
class Mail:
    """How mail leaves, in the words of Django's settings."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    directory: str = ""

    @property
    def is_on(self) -> bool:
        """Whether it leaves at all."""
        return not self.backend.endswith(".dummy.EmailBackend")


def mail(name: str) -> Mail:
    """Return how mail leaves; without a value none does.

    smtp://user:password@host:587 is encrypted by STARTTLS, smtps://host:465 from the start,
    smtp+plain://host:25 not at all; file:///directory keeps mails as files.
    """
    address = urlsplit(text(name, ""))
    if not address.geturl():
        return Mail(f"{_MAIL}.dummy.EmailBackend")
    if address.scheme == "file":
        return Mail(f"{_MAIL}.filebased.EmailBackend", directory=unquote(address.path))
    if address.scheme not in _MAIL_PORTS or not address.hostname:
        known = ", ".join(f"{scheme}://host" for scheme in _MAIL_PORTS)
        raise ImproperlyConfigured(f"{name} must begin with {known} or file:///directory.")
    try:
        port = address.port or _MAIL_PORTS[address.scheme]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has no usable port: {error}") from error
    return Mail(
        f"{_MAIL}.smtp.EmailBackend",
        host=address.hostname,
        port=port,
        user=unquote(address.username or ""),
        password=unquote(address.password or ""),
        starttls=address.scheme == "smtp",
        tls=address.scheme == "smtps",
    )
