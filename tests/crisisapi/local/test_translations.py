"""The Hebrew catalogue is complete, and is what the code says."""

import io
import re

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo

from crisisapi.local.translations import (
    LANGUAGES,
    catalogue_path,
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


def _placeholders(text: object) -> list[str]:
    return sorted(_PLACEHOLDER.findall(str(text)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    def differs(message: Message) -> bool:
        return _placeholders(message.id) != _placeholders(message.string)

    wrong = [message.id for message in read_catalogue(language) if message.id and differs(message)]

    assert wrong == []
