"""What is held on one author, and who that is."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import CharField, Model, Q, TextField

from crisisapi.common.secrets import EncryptedJSONField, EncryptedTextField
from incidents.models import (
    ContactEntry,
    Evidence,
    Fact,
    Incident,
    Lesson,
    ShiftNote,
    Stakeholder,
    Task,
)
from messaging.models import Comment, Message, Question, Variant
from monitoring.models import Claim, Mention, Narrative, WantedPost
from monitoring.models.mention import MentionQuerySet
from monitoring.rules.forgetting import Person, plain_handle

NAMES_LIMIT = 50
COPIES_LIMIT = 100
# What people write in their own words, and where they copy what others said.
WRITTEN: tuple[type[Model], ...] = (
    Incident,
    Fact,
    Evidence,
    Task,
    ShiftNote,
    Stakeholder,
    ContactEntry,
    Lesson,
    Message,
    Variant,
    Comment,
    Question,
    Narrative,
    Claim,
)
_SECRET = (EncryptedTextField, EncryptedJSONField)


def find_person(*, brand_id: UUID, platform: str, handle: str, external_id: str) -> Person:
    """Return the account with a handle or an id, and its other names as far as they are known."""
    said = Mention.objects.filter(brand_id=brand_id, platform=platform)
    given = {plain_handle(handle)} - {""}
    ids = {external_id} - {""}
    if given:
        told = said.by_handle(*given).values_list("author_external_id", flat=True)
        ids |= set(told.distinct()[:NAMES_LIMIT]) - {""}
    names = said.by_account(*ids).values_list("author_handle", flat=True)
    found = set(names.distinct()[:NAMES_LIMIT])
    aliases = {plain_handle(name) for name in found} - given - {""}
    return Person(platform, frozenset(ids), frozenset(given), frozenset(aliases))


def parts_by(person: Person, *, brand_id: UUID) -> list[MentionQuerySet]:
    """Return the mentions of a person in parts that have nothing in common, each by an index."""
    said = Mention.objects.filter(brand_id=brand_id, platform=person.platform)
    by_id = said.by_account(*person.ids)
    by_handle = said.by_handle(*person.handles).exclude(author_external_id__in=person.ids)
    by_alias = said.by_handle(*(person.aliases - person.handles)).filter(author_external_id="")
    return [by_id, by_handle, by_alias]


def count_by(person: Person, *, brand_id: UUID) -> int:
    """Return how many mentions of a person are held."""
    return sum(part.count() for part in parts_by(person, brand_id=brand_id))


def wanted_of(person: Person, *, brand_id: UUID) -> Iterator[WantedPost]:
    """Yield the posts still to be looked up whose reference names a person."""
    for one in WantedPost.objects.filter(source__brand_id=brand_id).iterator(chunk_size=500):
        if person.is_named_in(str(sorted(one.reference.items())).encode()):
            yield one


def copies_of(person: Person, urls: Iterable[str], *, brand_id: UUID) -> list[dict[str, str]]:
    """Return what the team wrote and names a person or an address of theirs, at most a hundred.

    By kind and id only; whether it is about the person, a person has to say.
    """
    addresses = set(urls) - {""}
    needles = [*person.ids, *person.handles, *person.aliases, *addresses]
    found: list[dict[str, str]] = []
    for model in WRITTEN if needles else ():
        kind = str(model._meta.model_name)
        for pk, text in _written(model, needles, brand_id):
            if person.is_named_in(text.encode()) or any(one in text for one in addresses):
                found.append({"kind": kind, "id": str(pk)})
    return found[:COPIES_LIMIT]


def _written(model: type[Model], needles: list[str], brand_id: UUID) -> Iterator[tuple[UUID, str]]:
    """Yield what may hold a needle: a database knows no words."""
    names, asked = text_fields(model), Q()
    for name in names:
        for needle in needles:
            asked |= Q(**{f"{name}__icontains": needle})
    rows: Any = model._default_manager.filter(asked, brand_id=brand_id).order_by("pk")
    for pk, *texts in rows.values_list("pk", *names)[: 10 * COPIES_LIMIT]:
        yield pk, "\n".join(map(str, texts))


def text_fields(model: type[Model]) -> list[str]:
    """Return the fields of a model in which people write what they like."""
    return [
        field.name
        for field in model._meta.fields
        if isinstance(field, CharField | TextField)
        and not isinstance(field, _SECRET)
        and not field.choices
    ]
