"""Asking that an author be forgotten, and what is held on one until then."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Author as Counted
from monitoring.models import Delivery, Erasure, Mention, Privacy, SecondLook, SuppressedName
from monitoring.rules.forgetting import KEY_BYTES, Person, keyed_hash, plain_handle
from monitoring.selectors.people import count_by, find_person, parts_by
from monitoring.services.erasing import names_for

EXPORTED_AT_ONCE = 1000


class ErasureUnderWay(DomainError):
    """The same author is being erased."""

    code = "erasure_under_way"
    detail = _("This author is being erased already.")


class NotSuppressed(DomainError):
    """There is nothing to end."""

    code = "not_suppressed"
    detail = _("New posts of this author are stored as those of anybody.")


@dataclass(frozen=True)
class Author:
    """An account as people name it: by its handle, its id at the platform, or both."""

    platform: str
    handle: str = ""
    external_id: str = ""

    @property
    def name(self) -> str:
        """What it is told by; the id outlives a change of the handle."""
        return self.external_id or plain_handle(self.handle)


@dataclass(frozen=True)
class Exported:
    """What is held of an author; not `is_whole`: there are more mentions besides."""

    mentions: list[Mention]
    is_whole: bool
    authors: list[Counted]
    second_looks: list[SecondLook]


@transaction.atomic
def request_erasure(
    *,
    brand: Brand,
    author: Author,
    reason: str,
    suppress: bool = False,
    actor: Actor,
    now: datetime,
) -> Erasure:
    """Have everything an author said erased, as far as the brand has heard it.

    Refuses a nameless author, no reason or one that names the author, and an author who is being
    erased: `ErasureUnderWay`.
    """
    _check(author, reason)
    lock_chain(brand.pk)
    key = keep_key(brand)
    author_hash = _hash(author, key)
    waiting = Erasure.objects.filter(brand=brand, finished_at=None)
    if waiting.filter(author_hash=author_hash).exists():
        raise ErasureUnderWay
    person = _person(brand, author)
    erasure = Erasure.objects.create(
        brand=brand,
        platform=author.platform,
        author_hash=author_hash,
        names=names_for(person),
        suppress=suppress,
        reason=reason,
        requested_by_id=actor.person_id,
        created_at=now,
    )
    if suppress:
        _suppress(erasure, person, key)
    told = {"platform": author.platform, "author_hash": author_hash, "suppress": suppress}
    _record(erasure, "erasure.requested", actor, now, **told)
    return erasure


@transaction.atomic
def end_suppression(
    *, erasure: Erasure, actor: Actor, now: datetime, expected_version: int | None = None
) -> Erasure:
    """Store what the author says from now on as that of anybody; raises `NotSuppressed`."""
    lock_chain(erasure.brand_id)
    locked = Erasure.objects.select_for_update(of=("self",), no_key=True).get(pk=erasure.pk)
    if not locked.suppress:
        raise NotSuppressed
    locked.suppressed.all().delete()
    locked.suppress = False
    locked.save(update_fields=["suppress"])
    _record(locked, "erasure.suppression_ended", actor, now)
    return locked


def preview_erasure(*, brand: Brand, author: Author) -> dict[str, int]:
    """Say how much there is to erase; changes nothing."""
    _check_name(author)
    person = _person(brand, author)
    return {
        "mentions": count_by(person, brand_id=brand.pk),
        "accounts": len(person.ids) or 1,
        "handles": len(person.handles | person.aliases),
        "deliveries": Delivery.objects.filter(brand=brand).count(),
    }


@transaction.atomic
def export_author(*, brand: Brand, author: Author, actor: Actor, now: datetime) -> Exported:
    """Return what is held of an author: mentions, a thousand at most, and what is counted.

    The event log says that it was asked for, and names nobody.
    """
    _check_name(author)
    lock_chain(brand.pk)
    privacy_key = keep_key(brand)
    found: list[Mention] = []
    for part in parts_by(_person(brand, author), brand_id=brand.pk):
        rows = part.select_related("brand").order_by("pk")
        found += rows[: EXPORTED_AT_ONCE + 1 - len(found)]
    shown = found[:EXPORTED_AT_ONCE]
    record_event(
        brand_id=brand.pk,
        verb="brand.author_exported",
        instance=brand,
        actor=actor,
        now=now,
        data={"author_hash": _hash(author, privacy_key), "mentions": len(shown)},
    )
    keys = {one.author_key for one in found if one.author_key is not None}
    authors = Counted.objects.filter(brand=brand, key__in=keys).heard().named().order_by("pk")
    looks = SecondLook.objects.filter(mention__in=shown).order_by("pk")
    is_whole = len(shown) == len(found)
    return Exported(shown, is_whole, list(authors.select_related("brand")), list(looks))


def keep_key(brand: Brand) -> str:
    """Return the key the brand knows the forgotten by, made if there is none."""
    made = {"key": secrets.token_hex(KEY_BYTES)}
    privacy, _is_new = Privacy.objects.get_or_create(brand_id=brand.pk, defaults=made)
    return privacy.key


def _person(brand: Brand, author: Author) -> Person:
    return find_person(
        brand_id=brand.pk,
        platform=author.platform,
        handle=author.handle,
        external_id=author.external_id,
    )


def _suppress(erasure: Erasure, person: Person, key: str) -> None:
    SuppressedName.objects.bulk_create(
        SuppressedName(erasure=erasure, brand_id=erasure.brand_id, name_hash=one)
        for one in sorted(person.hashes(key))
    )


def _hash(author: Author, key: str) -> str:
    return keyed_hash(key, "author", author.platform, author.name)


def _check(author: Author, reason: str) -> None:
    _check_name(author)
    require_reason(reason)
    names = {plain_handle(author.handle), author.external_id} - {""}
    if Person(author.platform, handles=frozenset(names)).is_named_in(reason.encode()):
        raise InvalidInput(errors={"reason": [_("Do not name the person: this is kept.")]})


def _check_name(author: Author) -> None:
    if not author.name:
        wanted = [_("Give the handle of the account, or its id at the platform.")]
        raise InvalidInput(errors={"author_handle": wanted})


def _record(erasure: Erasure, verb: str, actor: Actor, now: datetime, **data: Any) -> None:
    record_event(
        brand_id=erasure.brand_id,
        verb=verb,
        instance=erasure,
        actor=actor,
        now=now,
        data=data,
    )
