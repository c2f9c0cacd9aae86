"""The Hebrew catalogue: extracted from the code and compiled without gettext's tools.

`python -m crisisapi.local.translations` brings it up to date and says what is not translated.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import rest_framework
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("he",)
PACKAGES = ("crisisapi", "incidents", "messaging", "monitoring")
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None}
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
    for sentence in sorted(set(_sentences())):
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
    return [str(message.id) for message in catalogue if message.id and not message.string]


def write_catalogue(language: str) -> list[str]:
    """Write the renewed catalogue and its compiled form; returns what is not translated."""
    path = catalogue_path(language)
    catalogue = renewed(language)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return untranslated(catalogue)


def _sentences() -> Iterator[str]:
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, [("**.py", "python")], keywords=KEYWORDS)
        yield from (str(message) for _file, _line, message, _comments, _context in found)
    for module in FRAMEWORK:
        path = Path(rest_framework.__file__).parent / f"{module}.py"
        entries = extract_from_file("python", path, keywords=KEYWORDS)
        yield from (str(message) for _line, message, _comments, _context in entries)


if __name__ == "__main__":
    missing = [sentence for language in LANGUAGES for sentence in write_catalogue(language)]
    sys.exit("\n".join(["Not translated yet:", *missing]) if missing else 0)
