"""Secrets at rest: encrypted with Fernet, readable with any of the configured keys."""

import base64
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

# Stands among the keys for the one that is in force where none is named.
DERIVED = "derived"


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """Return the cipher of the configured keys; without any, of one derived from SECRET_KEY."""
    return _cipher(_keys())


def newest_cipher() -> MultiFernet:
    """Return what opens only what was encrypted with the newest key."""
    return _cipher(_keys()[:1])


def _keys() -> tuple[str, ...]:
    named = tuple(settings.FIELD_ENCRYPTION_KEYS) or (DERIVED,)
    return tuple(_derived() if key == DERIVED else key for key in named)


def _derived() -> str:
    digest = hashlib.sha256(b"crisisapi.fields:" + settings.SECRET_KEY.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()


if TYPE_CHECKING:
    _Text = models.TextField[str, str]
    _Texts = models.TextField[dict[str, str], dict[str, str]]
else:
    _Text = _Texts = models.TextField


class Encrypted:
    """A column that holds what `cipher` made; keys are rotated in every field that is one."""


class EncryptedTextField(Encrypted, _Text):
    """Text that is stored encrypted and read in the clear; it cannot be searched."""

    def get_prep_value(self, value: str | None) -> str | None:
        """Encrypt on the way to the database."""
        return value if value is None else _encrypted(value)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Decrypt on the way back."""
        return value if value is None else _decrypted(value)


class EncryptedJSONField(Encrypted, _Texts):
    """Texts by name, stored encrypted and read in the clear."""

    def get_prep_value(self, value: Any) -> str | None:
        """Encrypt on the way to the database."""
        return value if value is None else _encrypted(json.dumps(value))

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """Decrypt on the way back."""
        return value if value is None else json.loads(_decrypted(value))


def _encrypted(text: str) -> str:
    return cipher().encrypt(text.encode()).decode()


def _decrypted(stored: str) -> str:
    return cipher().decrypt(stored.encode()).decode()
