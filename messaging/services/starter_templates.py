"""Templates and blocks to begin with, shipped as data in messaging/starters/."""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from messaging.models import Block, Template
from messaging.rules.declarations import Declaration, declared
from messaging.rules.placeholders import names_in
from messaging.services.blocks import add_block
from messaging.services.templates import add_template

_SHELF = Path(__file__).parent.parent / "starters"
_DECLARATIONS = "placeholders.toml"
# Nobody of the brand has read them yet; after a year they must have.
GOOD_FOR = timedelta(days=365)

Fields = dict[str, Any]


@dataclass(frozen=True)
class Loaded:
    """What was made for a brand; what it had by the name stays as it was."""

    blocks: list[Block]
    templates: list[Template]


def starter_languages() -> list[str]:
    """Return the languages the starters are written in."""
    return sorted({path.suffixes[0][1:] for path in _SHELF.glob("*.*.toml")})


def starters(noun: str, language: str) -> list[Fields]:
    """Return the fields of all starters of a language; the noun is `templates` or `blocks`."""
    told: list[Fields] = []
    for path in sorted(_SHELF.glob(f"*.{language}.toml")):
        told += tomllib.loads(path.read_text(encoding="utf-8")).get(noun, [])
    return [_whole(one, language) for one in told]


def load_starter_templates(
    *,
    brand: Brand,
    languages: Iterable[str],
    actor: Actor,
    now: datetime,
    leave_out: Collection[str] = (),
) -> Loaded:
    """Make the starters a brand does not have yet, by name and language; change none it has.

    Templates whose names are to be left out are not made.
    """
    loaded = Loaded([], [])
    for code in languages:
        for one in _missing(Block, brand, code, starters("blocks", code)):
            loaded.blocks.append(add_block(brand=brand, **one, actor=actor, now=now))
        told = [one for one in starters("templates", code) if one["name"] not in leave_out]
        for one in _missing(Template, brand, code, told):
            due = {"due_at": now + GOOD_FOR}
            loaded.templates.append(add_template(brand=brand, **one, **due, actor=actor, now=now))
    return loaded


def _missing(
    model: type[Template | Block], brand: Brand, language: str, told: list[Fields]
) -> list[Fields]:
    present = model._default_manager.filter(brand=brand, language=language)
    known = set(present.values_list("name", flat=True))
    return [one for one in told if one["name"] not in known]


def _whole(told: Fields, language: str) -> Fields:
    body = told["body"].strip()
    declarations = declared([_declaration(name, language) for name in names_in(body)])
    return {**told, "body": body, "language": language, "placeholders": declarations}


def _declaration(name: str, language: str) -> Declaration:
    said = _declarations()[name]
    return {"name": name, **said, "example": said["example"][language]}


@cache
def _declarations() -> dict[str, Declaration]:
    return tomllib.loads((_SHELF / _DECLARATIONS).read_text(encoding="utf-8"))
