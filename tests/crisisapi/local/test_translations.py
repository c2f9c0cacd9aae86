"""The Hebrew catalogue is complete, and is what the code says."""

import io
import re
from collections import Counter

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo

from crisisapi.local.translations import (
    LANGUAGES,
    catalogue_path,
    extracted,
    read_catalogue,
    renewed,
    untranslated,
)

_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*(?::\w+)?\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert untranslated(renewed(language)) == [], "translate these, then run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_sentences_of_the_code_and_no_others(language: str) -> None:
    kept = {message.id for message in read_catalogue(language)}

    assert kept == {message.id for message in renewed(language)}, "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(language))

    on_disk = catalogue_path(language).with_suffix(".mo").read_bytes()
    assert on_disk == compiled.getvalue(), "run `make messages`"


def _placeholders(text: object) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(str(text)))


def _differs(message: Message) -> bool:
    """Say whether a translation lacks a placeholder or has one of its own.

    The singular of something that is counted may say "one" in a word.
    """
    if isinstance(message.id, str):
        return _placeholders(message.id) != _placeholders(message.string)
    assert isinstance(message.string, tuple)
    one, many = message.string
    whole = _placeholders(message.id[1])
    return _placeholders(many) != whole or not _placeholders(one) <= whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    wrong = [m.id for m in read_catalogue(language) if m.id and _differs(m)]

    assert wrong == []


def test_sentences_of_templates_are_found_too() -> None:
    found = {message.id for message in extracted("he")}

    assert any("How and when you are told is yours to choose." in str(one) for one in found)
