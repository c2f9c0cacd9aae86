"""Secrets at rest encrypted anew with the newest key, in every encrypted field there is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from django.apps import apps
from django.db.models import F, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

from crisisapi.common.secrets import Encrypted, cipher, newest_cipher

BATCH = 500
# Of more rows that nothing opens than these, only the number is told.
NAMED = 100


@dataclass
class Standing:
    """How the values of one field stand: `old` rest on a key that is not the newest.

    `unreadable` are ids of rows that no key opens; `missed` were changed in the meantime.
    """

    label: str
    values: int = 0
    old: int = 0
    rotated: int = 0
    missed: int = 0
    unreadable_count: int = 0
    unreadable: list[str] = field(default_factory=list)


def encrypted_fields() -> list[tuple[type[Model], str]]:
    """Return every encrypted field of every table, found by walking the models."""
    return [
        (model, one.name)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for one in model._meta.local_fields
        if isinstance(one, Encrypted)
    ]


def rotate_field(model: type[Model], name: str) -> Standing:
    """Encrypt anew what rests on an older key; each row by itself, so that it may be broken off.

    A row is replaced only as it was read: what somebody wrote in the meantime stays. No more than
    one row is locked at a time, so that this waits in nobody's way and two may run at once.
    """
    standing = Standing(f"{model._meta.label}.{name}")
    for pk, stored in _values(model, name):
        if _weigh(standing, pk, stored):
            anew = cipher().rotate(stored.encode()).decode()
            row = _as_stored(model, name).filter(pk=pk, as_stored=stored)
            is_ours = row.update(**{name: Value(anew, output_field=TextField())})
            standing.rotated += is_ours
            standing.missed += not is_ours
    return standing


def standing_of(model: type[Model], name: str) -> Standing:
    """Count what rests on an older key, and what no key opens; changes nothing."""
    standing = Standing(f"{model._meta.label}.{name}")
    for pk, stored in _values(model, name):
        _weigh(standing, pk, stored)
    return standing


def _values(model: type[Model], name: str) -> Iterator[tuple[Any, str]]:
    """Yield key and value as it is stored, row by row, a batch in memory at a time."""
    rows = _as_stored(model, name).filter(**{f"{name}__isnull": False}).order_by("pk")
    rows = rows.values_list("pk", "as_stored")
    batch = list(rows[:BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH])


def _as_stored(model: type[Model], name: str) -> QuerySet[Any]:
    return model._base_manager.annotate(as_stored=Cast(F(name), TextField()))


def _weigh(standing: Standing, pk: Any, stored: str) -> bool:
    """Count a value; returns whether it rests on an older key."""
    standing.values += 1
    if _opens(newest_cipher(), stored):
        return False
    if _opens(cipher(), stored):
        standing.old += 1
        return True
    standing.unreadable_count += 1
    if len(standing.unreadable) < NAMED:
        standing.unreadable.append(str(pk))
    return False


def _opens(keys: MultiFernet, stored: str) -> bool:
    try:
        keys.decrypt(stored.encode())
    except InvalidToken:
        return False
    return True
