"""Settings that are right one by one and wrong together."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from crisisapi.common.secrets import cipher

# What a form carries beside its file, generously: its texts, the name of the file, boundaries.
FORM_BYTES = 64 * 1024


@register
def check_body_holds_file(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Find a largest file that no request could carry."""
    least = settings.EVIDENCE_FILE_BYTES + FORM_BYTES
    if least <= settings.MAX_BODY_BYTES:
        return []
    return [
        Error(
            f"MAX_BODY_BYTES is {settings.MAX_BODY_BYTES}: no file of EVIDENCE_FILE_BYTES "
            f"({settings.EVIDENCE_FILE_BYTES}) gets through.",
            hint=f"Set MAX_BODY_BYTES to {least} at least, or EVIDENCE_FILE_BYTES lower.",
            id="crisisapi.E001",
        )
    ]


@register
def check_keys(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Find keys that nothing can be encrypted with; never says which they are."""
    try:
        cipher()
    except ValueError:
        return [
            Error(
                "FIELD_ENCRYPTION_KEYS holds something that is no Fernet key.",
                hint="Name 32 random bytes each, in URL-safe base64, or the word derived.",
                id="crisisapi.E002",
            )
        ]
    return []
