"""Which key messages mentions repeat: those of open incidents, ready to be looked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from incidents.models.incident import OVER
from messaging.models import KeyMessage
from monitoring.rules.echoes import Echoes
from monitoring.selectors.own_posts import own_posts
from monitoring.services.reading import Reading

BRANDS_KEPT = 64

# A key message and its version, which rises with every change of its texts.
_Version = tuple[UUID, int]


def echoed(rows: Sequence[Reading]) -> list[Reading]:
    """Return rows with the key messages that they repeat now; those that are gone stay as they are.

    Those of incidents that are over, and those put to rest, stay as they were found. Rows have to
    be locked before: whoever changes a key message counts on it (ADR 16).
    """
    standing = _standing({row.brand_id for row in rows})
    # Once for all rows: to look it up takes a hash of every version.
    echoes = {brand_id: _echoes(versions) for brand_id, versions in standing.items()}
    found = [_found(row, echoes.get(row.brand_id)) for row in rows]
    looked_for = {pk for versions in standing.values() for pk, _version in versions}
    return _with(rows, found, looked_for)


def reechoed(rows: Sequence[Reading], key_message_id: UUID) -> list[Reading]:
    """Return rows as one key message is found in them now; what else they repeat stays."""
    standing = _looked_for().filter(pk=key_message_id).values_list("pk", "version")
    versions = tuple(standing)
    if not versions:
        return list(rows)
    echoes = _echoes(versions)
    return _with(rows, [_found(row, echoes) for row in rows], {key_message_id})


def is_looked_for(key_message_id: UUID) -> bool:
    """Say whether mentions are compared with a key message at all."""
    return bool(_looked_for().filter(pk=key_message_id).exists())


def _looked_for() -> Any:
    return KeyMessage.objects.standing().exclude(incident__status__in=OVER)


def _standing(brand_ids: Iterable[UUID]) -> Mapping[UUID, tuple[_Version, ...]]:
    rows = _looked_for().filter(brand_id__in=brand_ids).order_by("pk")
    found: dict[UUID, list[_Version]] = defaultdict(list)
    for brand_id, pk, version in rows.values_list("brand_id", "pk", "version"):
        found[brand_id].append((pk, version))
    return {brand_id: tuple(versions) for brand_id, versions in found.items()}


def _found(row: Reading, echoes: Echoes[_Version] | None) -> dict[str, Any]:
    if row.removed_at or echoes is None:
        return {}
    return {
        str(key): {"score": echo.score, "way": echo.way, "version": version}
        for (key, version), echo in sorted(echoes.found_in(row.text).items())
    }


@lru_cache(maxsize=BRANDS_KEPT)
def _echoes(versions: tuple[_Version, ...]) -> Echoes[_Version]:
    """Return key messages ready to be found; each version of one is written once."""
    texts = dict(
        KeyMessage.objects.filter(pk__in=[pk for pk, _ in versions]).values_list("pk", "texts")
    )
    return Echoes({version: list(texts[version[0]].values()) for version in versions})


def _with(
    rows: Sequence[Reading], found: Sequence[Mapping[str, Any]], looked_for: set[UUID]
) -> list[Reading]:
    """Put what was found into rows, except into what the brand said itself."""
    asked = {str(key) for key in looked_for}
    own = own_posts([row for row, echoes in zip(rows, found, strict=True) if echoes])
    return [
        row
        if row.removed_at
        else row._replace(
            echoes={key: echo for key, echo in row.echoes.items() if key not in asked}
            | ({} if row.id in own else dict(echoes))
        )
        for row, echoes in zip(rows, found, strict=True)
    ]
