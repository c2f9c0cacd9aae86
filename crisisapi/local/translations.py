"""The Hebrew catalogue: extracted from the code and compiled without gettext's tools.

`python -m crisisapi.local.translations` brings it up to date and says what is not translated.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import rest_framework
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("he",)
PACKAGES = ("crisisapi", "incidents", "messaging", "monitoring")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
# One sentence, or the two of something that is counted.
Sentence = str | tuple[str, ...]
# REST framework speaks no Hebrew; its refusals reach our users, so they are translated here.
FRAMEWORK = ("exceptions", "fields", "relations", "serializers", "validators")
# No clock in the file: the same code makes the same catalogue.
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def catalogue_path(language: str) -> Path:
    """Return where the translations into a language are kept."""
    return ROOT / "crisisapi" / "locale" / language / "LC_MESSAGES" / "django.po"


def extracted(language: str) -> Catalog:
    """Return every sentence of the code that people see, untranslated."""
    found = Catalog(
        locale=language,
        project="crisisapi",
        version="1",
        charset="utf-8",
        fuzzy=False,
        creation_date=_SINCE,
    )
    for sentence in _all_sentences():
        found.add(sentence)
    return found


def read_catalogue(language: str) -> Catalog:
    """Return the kept translations into a language."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str) -> Catalog:
    """Return the sentences of the code with the translations that are kept."""
    kept = read_catalogue(language)
    catalogue = extracted(language)
    for message in catalogue:
        earlier = kept.get(message.id) if message.id else None
        if earlier is not None:
            message.string = earlier.string
    catalogue.header_comment = "# What people read, in their language; see docs/CONTRIBUTING.md."
    catalogue.revision_date = _SINCE
    catalogue.last_translator = catalogue.language_team = "crisisapi"
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the sentences of a catalogue that have no translation."""
    return [str(message.id) for message in catalogue if message.id and not _is_said(message)]


def write_catalogue(language: str) -> list[str]:
    """Write the renewed catalogue and its compiled form; returns what is not translated."""
    path = catalogue_path(language)
    catalogue = renewed(language)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return untranslated(catalogue)


def _is_said(message: Message) -> bool:
    """Say whether a sentence has its translation, for every number where it counts something."""
    said = message.string
    return all(said) if isinstance(said, tuple | list) else bool(said)


@cache
def _all_sentences() -> tuple[Sentence, ...]:
    """Return every sentence once, in order; reading all of the code for it takes seconds."""
    return tuple(sorted(set(_sentences()), key=str))


def _sentences() -> Iterator[Sentence]:
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, [("**.py", "python")], keywords=KEYWORDS)
        yield from (_hashable(message) for _file, _line, message, _comments, _context in found)
        for path in sorted((ROOT / package).rglob("templates/**/*.*")):
            yield from _extracted(_in_template(path))
    for module in FRAMEWORK:
        yield from _extracted((Path(rest_framework.__file__).parent / f"{module}.py").read_bytes())


def _in_template(path: Path) -> bytes:
    """Return the calls that a template's translations stand for, as one line of code."""
    calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return calls.replace("\n", " ").strip().encode()


def _extracted(code: bytes) -> Iterator[Sentence]:
    entries = extract("python", BytesIO(code), keywords=KEYWORDS)
    yield from (_hashable(message) for _line, message, _comments, _context in entries)


def _hashable(message: Any) -> Sentence:
    return tuple(message) if isinstance(message, tuple | list) else str(message)


if __name__ == "__main__":
    missing = [sentence for language in LANGUAGES for sentence in write_catalogue(language)]
    sys.exit("\n".join(["Not translated yet:", *missing]) if missing else 0)
