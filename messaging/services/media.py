"""Pictures and films: added, described, and given to the public while a publication needs them."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident
from incidents.rules.evidence import is_web_link
from incidents.services.evidence import Upload
from incidents.services.standing import lock_standing
from messaging.models import MediaAsset, MediaFile
from messaging.rules.media_files import MEDIA_TYPES, read_media

_KIB = 1024
_NAME_LENGTH = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class RemoteFile:
    """A file at a public address, as whoever put it there describes it."""

    url: str
    content_type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None


@transaction.atomic
def keep_media(
    *,
    brand: Brand,
    upload: Upload,
    actor: Actor,
    now: datetime,
    incident: Incident | None = None,
    name: str = "",
    alt_text: str = "",
) -> MediaAsset:
    """Keep a picture or film; what it is, its content says. Refuses other files and large ones."""
    limit = settings.EVIDENCE_FILE_BYTES
    if len(upload.content) > limit:
        sentence = _("The file has %(size)d KiB; at most %(limit)d KiB are kept. Give an address.")
        said = {"size": -(-len(upload.content) // _KIB), "limit": limit // _KIB}
        raise InvalidInput(errors={"file": [sentence % said]})
    found = read_media(upload.content)
    if found is None:
        sentence = _("This file is damaged or of a kind not taken. Taken are: %s.")
        raise InvalidInput(errors={"file": [sentence % ", ".join(MEDIA_TYPES.values())]})
    asset = _add(
        brand,
        incident,
        actor,
        now,
        name=(name or upload.name)[-_NAME_LENGTH:],
        alt_text=alt_text,
        content_type=found.content_type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        width=found.width or None,
        height=found.height or None,
    )
    MediaFile.objects.create(asset=asset, content=upload.content)
    _record(asset, "mediaasset.added", actor, now, name=asset.name, sha256=asset.sha256)
    return asset


@transaction.atomic
def point_to_media(
    *,
    brand: Brand,
    remote: RemoteFile,
    actor: Actor,
    now: datetime,
    name: str,
    incident: Incident | None = None,
    alt_text: str = "",
) -> MediaAsset:
    """Take a picture or film at a public address; the digest tells it from any other."""
    remote = replace(remote, sha256=remote.sha256.lower())
    errors: dict[str, list[object]] = {}
    if not is_web_link(remote.url) or not remote.url.startswith("https://"):
        errors["url"] = [_("Give an address that begins with https://, without a password.")]
    if not _SHA256.fullmatch(remote.sha256):
        errors["sha256"] = [_("Give the SHA-256 of the file: 64 hexadecimal digits.")]
    if remote.content_type not in MEDIA_TYPES:
        errors["content_type"] = [_("Taken are: %s.") % ", ".join(MEDIA_TYPES)]
    if errors:
        raise InvalidInput(errors=errors)
    asset = _add(brand, incident, actor, now, name=name, alt_text=alt_text, **vars(remote))
    _record(asset, "mediaasset.added", actor, now, name=asset.name, sha256=asset.sha256)
    return asset


@transaction.atomic
def describe_media(
    *,
    asset: MediaAsset,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> MediaAsset:
    """Name or describe it otherwise; variants that show it keep the words they were given."""
    locked = lock_for_change(asset, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    _record(locked, "mediaasset.changed", actor, now, fields=sorted(changed))
    return locked


def _add(
    brand: Brand, incident: Incident | None, actor: Actor, now: datetime, **fields: Any
) -> MediaAsset:
    if incident is not None and incident.brand_id != brand.pk:
        raise InvalidInput(errors={"incident": [_("The incident belongs to another brand.")]})
    standing = None if incident is None else lock_standing(incident)
    lock_chain(brand.pk)
    return MediaAsset.objects.create(
        brand=brand,
        incident=standing,
        added_by_id=actor.person_id,
        created_at=now,
        updated_at=now,
        **fields,
    )


def _record(asset: MediaAsset, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=asset.brand_id,
        incident_id=asset.incident_id,
        verb=verb,
        instance=asset,
        actor=actor,
        now=now,
        data=data,
    )
