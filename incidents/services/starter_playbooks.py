"""Playbooks to begin with, shipped as data in incidents/playbooks/."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from incidents.models import Playbook, VersionStatus
from incidents.models.playbook import OnOpening
from incidents.services.playbooks import create_playbook, publish_version

_SHELF = Path(__file__).parent.parent / "playbooks"


def starter_languages() -> list[str]:
    """Return the languages the starters are written in."""
    return sorted({path.suffixes[0][1:] for path in _SHELF.glob("*.*.json")})


def load_starters(*, brand: Brand, language: str, actor: Actor, now: datetime) -> list[Playbook]:
    """Make and publish the starters of a language the brand does not have yet, by their name.

    They are suggested, never applied by themselves: whether they are is for the brand to decide.
    """
    told = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(_SHELF.glob(f"*.{language}.json"))
    ]
    known = set(Playbook.objects.filter(brand=brand).values_list("name", flat=True))
    return [_load(brand, one, actor, now) for one in told if one["name"] not in known]


@transaction.atomic
def _load(brand: Brand, told: dict[str, Any], actor: Actor, now: datetime) -> Playbook:
    playbook = create_playbook(
        brand=brand, on_opening=OnOpening.SUGGEST, **told, actor=actor, now=now
    )
    draft = playbook.versions.get(status=VersionStatus.DRAFT)
    publish_version(playbook_version=draft, actor=actor, now=now, expected_version=1)
    return playbook
