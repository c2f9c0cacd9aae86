"""Settings that contradict each other are found before the service starts."""

from typing import Any

import pytest
from django.core.checks import run_checks

from crisisapi.common.checks import FORM_BYTES


def _found() -> list[str]:
    return [str(message.id) for message in run_checks() if str(message.id) == "crisisapi.E001"]


@pytest.mark.parametrize(
    ("room", "found"),
    [(FORM_BYTES, []), (FORM_BYTES - 1, ["crisisapi.E001"]), (-1, ["crisisapi.E001"])],
)
def test_a_body_must_hold_the_largest_file_and_its_form(
    settings: Any, room: int, found: list[str]
) -> None:
    settings.EVIDENCE_FILE_BYTES = 100_000
    settings.MAX_BODY_BYTES = 100_000 + room

    assert _found() == found


def test_the_settings_in_force_agree() -> None:
    assert _found() == []


@pytest.mark.parametrize(
    ("keys", "found"),
    [([], 0), (["derived"], 0), (["A" * 43 + "="], 0), (["too-short"], 1), (["derived", "é"], 1)],
)
def test_keys_that_encrypt_nothing_are_refused(settings: Any, keys: list[str], found: int) -> None:
    settings.FIELD_ENCRYPTION_KEYS = keys

    messages = [one for one in run_checks() if str(one.id) == "crisisapi.E002"]

    assert len(messages) == found
    assert "too-short" not in str(messages)
