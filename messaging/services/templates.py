"""Templates: prepared, changed, filled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import record_event
from messaging.models import BODY_LENGTH, Template
from messaging.rules.placeholders import BadBody, fill, is_name, names_in


class TemplateExists(DomainError):
    """The brand has a template of this name in this language."""

    code = "template_exists"
    detail = _("There is a template of this name in this language already.")


@transaction.atomic
def add_template(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> Template:
    """Prepare a template; its placeholders must be those in its body."""
    check_placeholders(body=fields["body"], placeholders=fields.get("placeholders", []))
    try:
        with transaction.atomic():
            template = Template.objects.create(
                brand=brand, created_at=now, updated_at=now, **fields
            )
    except IntegrityError as error:
        raise TemplateExists from error
    _record(template, "template.added", actor, now, name=template.name, language=template.language)
    return template


@transaction.atomic
def change_template(
    *, template: Template, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Template:
    """Change a template; messages made from it stay as they are."""
    locked = lock_version(Template.objects.all(), template.pk, expected_version=expected_version)
    for name, value in fields.items():
        setattr(locked, name, value)
    check_placeholders(body=locked.body, placeholders=locked.placeholders)
    try:
        with transaction.atomic():
            save_change(locked, *fields, now=now)
    except IntegrityError as error:
        raise TemplateExists from error
    _record(locked, "template.changed", actor, now, fields=sorted(fields))
    return locked


def check_placeholders(*, body: str, placeholders: object) -> None:
    """Refuse names that are none, that the body lacks, and those it has undeclared."""
    if not _are_names(placeholders):
        sentence = _("Give a list of different names: letters, digits, _, no digit first.")
        raise InvalidInput(errors={"placeholders": [sentence]})
    try:
        used = names_in(body)
    except BadBody as error:
        hint = _("“%s” is no placeholder. Write {{ or }} for a brace.") % error.found[:60]
        raise InvalidInput(errors={"body": [hint]}) from error
    declared: list[str] = list(placeholders)  # type: ignore[call-overload]  # checked above
    errors: dict[str, list[object]] = {}
    if absent := [name for name in declared if name not in used]:
        errors["placeholders"] = [_("The body has no {%s}.") % name for name in absent]
    if undeclared := [name for name in used if name not in declared]:
        errors["body"] = [_("{%s} is not declared in placeholders.") % name for name in undeclared]
    if errors:
        raise InvalidInput(errors=errors)


def render_template(*, template: Template, values: Mapping[str, str]) -> str:
    """Return the filled body; refuses missing and unknown placeholders, and too long a text."""
    errors: dict[str, list[object]] = {}
    for name in template.placeholders:
        if not values.get(name, "").strip():
            errors[f"values.{name}"] = [_("Give a value for this placeholder.")]
    for name in values:
        if name not in template.placeholders:
            errors[f"values.{name}"] = [_("The template has no such placeholder.")]
    if errors:
        raise InvalidInput(errors=errors)
    body = fill(template.body, values)
    if len(body) > BODY_LENGTH:
        sentence = _("The filled body is longer than %d characters.") % BODY_LENGTH
        raise InvalidInput(errors={"values": [sentence]})
    return body


def _are_names(placeholders: object) -> bool:
    return (
        isinstance(placeholders, list)
        and all(is_name(name) for name in placeholders)
        and len(set(placeholders)) == len(placeholders)
    )


def _record(template: Template, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=template.brand_id, verb=verb, instance=template, actor=actor, now=now, data=data
    )
