"""A template filled: its blocks brought in, its values checked and written in its language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import InvalidInput
from incidents.models import Fact, Incident
from messaging.models import BODY_LENGTH, Block, Template
from messaging.rules.blocks import CHOSEN_MOST, BadBlock, blocks_used, expanded
from messaging.rules.declarations import Declaration
from messaging.rules.placeholders import Part, filled
from messaging.rules.values import BadValue, written
from messaging.services.placeholders import active_blocks, block_refusal

_EMPTY_LINES = re.compile(r"\n{3,}")
_WRONG: dict[str, Promise | str] = {
    "too_long": _("Give at most %(most)s characters."),
    "number": _("Give a number, e.g. 1250 or 3.5."),
    "date": _("Give a day, e.g. 2026-05-03."),
    "time": _("Give a time of day, e.g. 14:00."),
    "datetime": _("Give the time with its offset, e.g. 2026-03-04T09:15:00Z."),
    "url": _("Give an address that begins with https:// or http://."),
    "phone": _("Give a telephone number, e.g. 03-123-4567 or *1234."),
    "email": _("Give an e-mail address."),
    "choice": _("Give one of: %(choices)s."),
    "money": _("Give an amount, e.g. 120, 120.50 or 120 USD; ILS, USD, EUR and GBP are known."),
}


@dataclass(frozen=True)
class Filling:
    """What a template is filled with: values by name, blocks in their order, the incident.

    The incident is where facts come from; `uses_examples` lets examples stand for what lacks.
    """

    values: Mapping[str, str]
    blocks: Sequence[str] = ()
    incident: Incident | None = None
    uses_examples: bool = False


@dataclass(frozen=True)
class Rendered:
    """What became of a template: the body, what it asked, which blocks and facts came in."""

    body: str
    placeholders: list[Declaration]
    blocks: list[Block]
    facts: list[Fact] = field(default_factory=list)


def render_template(*, template: Template, filling: Filling) -> Rendered:
    """Fill a template; refuses missing, unknown and wrong values, by `values.<name>`.

    Blocks that are not there, or stand within themselves, are refused, and a body too long.
    """
    parts, used = _composed(template, filling.blocks)
    placeholders = _merged(template, used)
    facts = _facts(placeholders, filling)
    values = _written(template, placeholders, filling, facts)
    body = filled(parts, values)
    if not all(values.values()):
        body = _EMPTY_LINES.sub("\n\n", body).strip()
    if len(body) > BODY_LENGTH:
        sentence = _("The filled body is longer than %d characters.") % BODY_LENGTH
        raise InvalidInput(errors={"values": [sentence]})
    return Rendered(body, placeholders, used, list(facts.values()))


def placeholders_asked(template: Template) -> list[Declaration]:
    """Return all that a template and its blocks ask for; refuses blocks that are not there."""
    _parts, used = _composed(template, ())
    return _merged(template, used)


def _composed(template: Template, chosen: Sequence[str]) -> tuple[list[Part], list[Block]]:
    """Return the body in parts with its blocks brought in, and those blocks."""
    if len(chosen) > CHOSEN_MOST:
        raise InvalidInput(errors={"blocks": [_("Give at most %(most)s.") % {"most": CHOSEN_MOST}]})
    found = active_blocks(template.brand_id, template.language, template.body, chosen)
    bodies = {name: block.body for name, block in found.items()}
    try:
        parts = expanded(template.body, bodies, chosen)
    except BadBlock as error:
        raise block_refusal(error, "blocks") from error
    return parts, [found[name] for name in blocks_used(template.body, bodies, chosen)]


def _merged(template: Template, blocks: Iterable[Block]) -> list[Declaration]:
    """Return all that is asked for, each name once; refuses one of two types."""
    asked: dict[str, Declaration] = {}
    for one in chain(template.placeholders, *(block.placeholders for block in blocks)):
        known = asked.setdefault(one["name"], one)
        if known["type"] != one["type"]:
            sentence = _("{%(name)s} is a %(first)s in one text and a %(second)s in another.")
            told = {"name": one["name"], "first": known["type"], "second": one["type"]}
            raise InvalidInput(errors={"blocks": [sentence % told]})
    return list(asked.values())


def _facts(placeholders: Iterable[Declaration], filling: Filling) -> dict[str, Fact]:
    """Return by placeholder the facts of the incident that are named as values."""
    named = {
        one["name"]: fact_id
        for one in placeholders
        if one["type"] == "fact" and (fact_id := _uuid(filling.values.get(one["name"], "")))
    }
    if not named or filling.incident is None:
        return {}
    facts = Fact.objects.filter(incident_id=filling.incident.pk).in_bulk(list(named.values()))
    return {name: facts[fact_id] for name, fact_id in named.items() if fact_id in facts}


def _written(
    template: Template,
    placeholders: Sequence[Declaration],
    filling: Filling,
    facts: Mapping[str, Fact],
) -> dict[str, str]:
    zone = ZoneInfo(template.brand.time_zone)
    asked = {one["name"]: one for one in placeholders}
    errors: dict[str, list[object]] = {
        f"values.{name}": [_("The template has no such placeholder.")]
        for name in filling.values
        if name not in asked
    }
    values = {}
    for name, one in asked.items():
        try:
            said = _said(one, filling, facts)
            values[name] = said and written(said, one, language=template.language, zone=zone)
        except BadValue as error:
            told = {"most": one["max_length"], "choices": ", ".join(one["choices"])}
            errors[f"values.{name}"] = [_WRONG[error.code] % told]
        except InvalidInput as refusal:
            errors[f"values.{name}"] = list(refusal.errors["values"])
    if errors:
        raise InvalidInput(errors=errors)
    return values


def _said(one: Declaration, filling: Filling, facts: Mapping[str, Fact]) -> str:
    """Return what was said for a placeholder, the statement for a fact."""
    said = filling.values.get(one["name"], "").strip()
    if not said and filling.uses_examples:
        return str(one["example"])
    if not said and one["required"]:
        raise InvalidInput(errors={"values": [_("Give a value for this placeholder.")]})
    if not said or one["type"] != "fact":
        return said
    if one["name"] not in facts:
        raise InvalidInput(errors={"values": [_("Give the id of a fact of the incident.")]})
    return facts[one["name"]].statement


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
