"""Two people, one object: row locks, expected versions, ETags."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from crisisapi.common.errors import StaleVersion
from crisisapi.common.models import VersionedModel

_Versioned = TypeVar("_Versioned", bound=VersionedModel)

# Proxies that compress make a tag weak.
_ETAG = re.compile(r'(?:W/)?"v(\d{1,9})(?:-[0-9a-f]{8})?"')


def lock_version(
    queryset: QuerySet[_Versioned], pk: UUID, *, expected_version: int | None
) -> _Versioned:
    """Lock one row for the transaction; refuse when it is not at the expected version.

    The weaker lock (NO KEY) lets others refer to the row meanwhile. The full one would deadlock
    with a transaction that holds the event chain and inserts a row pointing here.
    """
    locked = queryset.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if expected_version is not None and locked.version != expected_version:
        raise StaleVersion
    return locked


def differing(current: Model, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that would change the object: an edit without any leaves no trace."""
    return {name: value for name, value in fields.items() if getattr(current, name) != value}


def save_change(changed: VersionedModel, *fields: str, now: datetime) -> None:
    """Store the named fields of a locked row as its next version."""
    changed.version += 1
    changed.updated_at = now
    changed.save(update_fields=[*fields, "version", "updated_at"])


def etag_of(version: int, shown: bytes) -> str:
    """Return the entity tag of a version as it is shown.

    An edit is checked against the version alone. The digest tells apart what is shown of it:
    some fields, or a value that moves without an edit, such as the measurement of a goal.
    """
    digest = hashlib.blake2b(shown, digest_size=4).hexdigest()
    return f'"v{version}-{digest}"'


def is_known(etag: str, if_none_match: str) -> bool:
    """Say whether the caller has what the tag stands for."""
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in known or "*" in known


def version_of(etag: str) -> int | None:
    """Return the version an entity tag names, None when it is not one of ours."""
    match = _ETAG.fullmatch(etag.strip())
    return int(match.group(1)) if match else None
