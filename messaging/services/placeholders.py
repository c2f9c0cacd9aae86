"""What a body may contain: declared placeholders and blocks that are there; refused in words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import InvalidInput
from messaging.models import Block
from messaging.rules.blocks import DEPTH, BadBlock, blocks_in, expanded
from messaging.rules.declarations import MOST, TYPES, VALUE_LENGTH, declared, flaws_of
from messaging.rules.placeholders import BadBody, names_in

_FLAWS: dict[str, Promise | str] = {
    "not_a_list": _("Give a list of declarations."),
    "too_many": _("Give at most %(most)s."),
    "not_an_object": _("Give an object with a name, or a name."),
    "unknown_field": _("There is no such field here."),
    "not_a_name": _("Give a name: letters, digits, _, no digit first."),
    "twice": _("This name stands here twice."),
    "not_a_type": _("Give one of: %(types)s."),
    "not_a_label": _("Give a text for each language code."),
    "not_a_bool": _("Give true or false."),
    "not_a_text": _("Give a text."),
    "not_choices": _("A choice has a list of different texts; no other type has one."),
    "not_a_length": _("Give a number from 1 to %(length)s."),
}
_BLOCKS: dict[str, Promise | str] = {
    "unknown": _("There is no active block %(name)s in this language."),
    "circular": _("The block %(name)s contains itself."),
    "too_deep": _("The block %(name)s stands too deep: at most %(depth)s within each other."),
}


@dataclass(frozen=True)
class Wording:
    """A body with what it declares, where it may look for blocks."""

    brand_id: UUID
    language: str
    body: str
    placeholders: object


def checked_placeholders(wording: Wording) -> list[dict[str, Any]]:
    """Return the declarations in full; refuses wrong ones, and those the body does not agree with.

    The body may name only blocks that are there, in its language, and no block within itself.
    """
    declarations = declared(wording.placeholders)
    if flaws := flaws_of(declarations):
        known = {"most": MOST, "types": ", ".join(TYPES), "length": VALUE_LENGTH}
        errors = {_at(path): [_FLAWS[code] % known] for path, code in flaws}
        raise InvalidInput(errors=errors)
    used = _used(wording.body)
    names = [one["name"] for one in declarations]
    errors = {}
    if absent := [name for name in names if name not in used]:
        errors["placeholders"] = [_("The body has no {%s}.") % name for name in absent]
    if undeclared := [name for name in used if name not in names]:
        errors["body"] = [_("{%s} is not declared in placeholders.") % name for name in undeclared]
    if errors:
        raise InvalidInput(errors=errors)
    _check_blocks(wording)
    return list(declarations)


def active_blocks(
    brand_id: UUID, language: str, body: str, chosen: Collection[str] = ()
) -> dict[str, Block]:
    """Return by name the blocks of a language a body can bring in: one query, none without any."""
    if not chosen and not blocks_in(body):
        return {}
    blocks = Block.objects.active().filter(brand_id=brand_id, language=language)
    return {block.name: block for block in blocks}


def block_refusal(error: BadBlock, field: str) -> InvalidInput:
    """Return the refusal of a block that cannot stand where it is named."""
    known = {"name": error.name, "depth": DEPTH}
    return InvalidInput(errors={field: [_BLOCKS[error.code] % known]})


def _used(body: str) -> list[str]:
    try:
        return names_in(body)
    except BadBody as error:
        hint = _("“%s” is no placeholder. Write {{ or }} for a brace.") % error.found[:60]
        raise InvalidInput(errors={"body": [hint]}) from error


def _check_blocks(wording: Wording) -> None:
    found = active_blocks(wording.brand_id, wording.language, wording.body)
    bodies = {name: block.body for name, block in found.items()}
    try:
        expanded(wording.body, bodies)
    except BadBlock as error:
        raise block_refusal(error, "body") from error


def _at(path: str) -> str:
    return f"placeholders.{path}" if path else "placeholders"
