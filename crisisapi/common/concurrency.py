"""Two people, one object: row locks, expected versions, ETags."""

import re
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from crisisapi.common.errors import StaleVersion
from crisisapi.common.models import VersionedModel

_Versioned = TypeVar("_Versioned", bound=VersionedModel)

_ETAG = re.compile(r'^(?:W/)?"v(\d{1,9})"$')


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


def save_change(changed: VersionedModel, *fields: str, now: datetime) -> None:
    """Store the named fields of a locked row as its next version."""
    changed.version += 1
    changed.updated_at = now
    changed.save(update_fields=[*fields, "version", "updated_at"])


def etag_of(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"v{version}"'


def version_of(etag: str) -> int | None:
    """Return the version an entity tag names, None when it is not one of ours."""
    match = _ETAG.match(etag.strip())
    return int(match.group(1)) if match else None
