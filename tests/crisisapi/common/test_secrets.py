"""Secrets at rest: unreadable without the key, readable with an old one."""

from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken

from crisisapi.common.secrets import EncryptedTextField, cipher

FIELD = EncryptedTextField()


def _stored(text: str) -> str:
    stored = FIELD.get_prep_value(text)
    assert stored is not None
    return stored


@pytest.mark.parametrize("text", ["", "secret", "סוד", "🔑" * 1_000])
def test_what_is_stored_reads_back(text: str) -> None:
    assert FIELD.from_db_value(_stored(text)) == text


def test_the_stored_form_hides_the_secret_and_differs_each_time() -> None:
    assert "secret" not in _stored("secret")
    assert _stored("secret") != _stored("secret")


def test_nothing_stays_nothing() -> None:
    assert FIELD.get_prep_value(None) is FIELD.from_db_value(None) is None


def test_an_old_key_still_reads_and_the_new_one_writes(settings: Any) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    stored = _stored("secret")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    written = _stored("secret")

    assert FIELD.from_db_value(stored) == "secret"
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert FIELD.from_db_value(written) == "secret"
    with pytest.raises(InvalidToken):
        cipher().decrypt(stored.encode())
