"""Templates: prepared, changed, looked at again."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.services.deadlines import ALARM_FIELDS, set_deadline
from messaging.models import Template, TemplateRevision
from messaging.services.placeholders import Wording, checked_placeholders

# What a message made from it would say, or be asked.
_WORDING = {"title", "body", "placeholders"}


class TemplateExists(DomainError):
    """The brand has a template of this name in this language."""

    code = "template_exists"
    detail = _("There is a template of this name in this language already.")


@transaction.atomic
def add_template(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> Template:
    """Prepare a template; its placeholders must be those in its body."""
    lock_chain(brand.pk)
    due_at = fields.pop("due_at", None)
    template = Template(brand=brand, created_at=now, updated_at=now, **fields)
    _check(template)
    _set_due(template, due_at, now)
    try:
        with transaction.atomic():
            template.save(force_insert=True)
    except IntegrityError as error:
        raise TemplateExists from error
    _keep_revision(template, actor, now)
    _record(template, "template.added", actor, now, name=template.name, language=template.language)
    return template


@transaction.atomic
def change_template(
    *,
    template: Template,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
    **fields: Any,
) -> Template:
    """Change a template; messages made from it stay as they are, a new wording is a revision."""
    locked = lock_for_change(template, expected_version=expected_version)
    before = {name: getattr(locked, name) for name in fields}
    for name, value in fields.items():
        setattr(locked, name, value)
    _check(locked)
    changed = differing(locked, before)
    if not changed:
        return locked
    if "due_at" in changed:
        _set_due(locked, locked.due_at, now)
    _save(locked, {*changed, *ALARM_FIELDS}, is_reworded=bool(_WORDING & set(changed)), now=now)
    if _WORDING & set(changed):
        _keep_revision(locked, actor, now, reason)
    data = {"fields": sorted(changed), "revision": locked.revision, "reason": reason}
    _record(locked, "template.changed", actor, now, **data)
    return locked


@transaction.atomic
def review_template(
    *,
    template: Template,
    due_at: datetime | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Template:
    """Somebody looked at it and it still holds, until it is due again; None: for good."""
    locked = lock_for_change(template, expected_version=expected_version)
    _set_due(locked, due_at, now)
    locked.reviewed_at = now
    locked.reviewed_by_id = actor.person_id
    save_change(locked, "reviewed_at", "reviewed_by", *ALARM_FIELDS, now=now)
    _record(locked, "template.reviewed", actor, now, due_at=due_at)
    return locked


def _check(template: Template) -> None:
    wording = Wording(template.brand_id, template.language, template.body, template.placeholders)
    template.placeholders = checked_placeholders(wording)


def _set_due(template: Template, due_at: datetime | None, now: datetime) -> None:
    if due_at is not None and due_at <= now:
        raise InvalidInput(errors={"review_by": [_("Give a time in the future.")]})
    set_deadline(template, due_at, now=now)


def _save(template: Template, changed: set[str], *, is_reworded: bool, now: datetime) -> None:
    template.revision += is_reworded
    try:
        with transaction.atomic():
            save_change(template, *changed, "revision", now=now)
    except IntegrityError as error:
        raise TemplateExists from error


def _keep_revision(template: Template, actor: Actor, now: datetime, reason: str = "") -> None:
    TemplateRevision.objects.create(
        template=template,
        number=template.revision,
        title=template.title,
        body=template.body,
        placeholders=template.placeholders,
        author_id=actor.person_id,
        reason=reason,
        created_at=now,
    )


def _record(template: Template, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=template.brand_id, verb=verb, instance=template, actor=actor, now=now, data=data
    )
