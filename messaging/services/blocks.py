"""Blocks: prepared and changed."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from messaging.models import Block
from messaging.rules.blocks import BadBlock, expanded
from messaging.rules.placeholders import CHOSEN, parts_of
from messaging.services.placeholders import (
    Wording,
    active_blocks,
    block_refusal,
    checked_placeholders,
)


class BlockExists(DomainError):
    """The brand has a block of this name in this language."""

    code = "block_exists"
    detail = _("There is a block of this name in this language already.")


@transaction.atomic
def add_block(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> Block:
    """Prepare a block; its placeholders must be those in its body."""
    lock_chain(brand.pk)
    block = Block(brand=brand, created_at=now, updated_at=now, **fields)
    _check(block)
    try:
        with transaction.atomic():
            block.save(force_insert=True)
    except IntegrityError as error:
        raise BlockExists from error
    told = {"name": block.name, "language": block.language, "body": block.body}
    _record(block, "block.added", actor, now, **told)
    return block


@transaction.atomic
def change_block(
    *, block: Block, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Block:
    """Change a block; messages stay as they are. Refuses one that would contain itself."""
    locked = lock_for_change(block, expected_version=expected_version)
    before = {name: getattr(locked, name) for name in fields}
    for name, value in fields.items():
        setattr(locked, name, value)
    _check(locked)
    changed = differing(locked, before)
    if not changed:
        return locked
    try:
        with transaction.atomic():
            save_change(locked, *changed, now=now)
    except IntegrityError as error:
        raise BlockExists from error
    data = {"fields": sorted(changed), "name": locked.name, "body": locked.body}
    _record(locked, "block.changed", actor, now, **data)
    return locked


def _check(block: Block) -> None:
    wording = Wording(block.brand_id, block.language, block.body, block.placeholders)
    block.placeholders = checked_placeholders(wording)
    if any(part.block == CHOSEN for part in parts_of(block.body)):
        raise InvalidInput(errors={"body": [_("Only templates have {block:*}.")]})
    found = active_blocks(block.brand_id, block.language, block.body)
    bodies = {name: other.body for name, other in found.items()} | {block.name: block.body}
    try:
        expanded(f"{{block:{block.name}}}", bodies)
    except BadBlock as error:
        raise block_refusal(error, "body") from error


def _record(block: Block, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=block.brand_id, verb=verb, instance=block, actor=actor, now=now, data=data
    )
