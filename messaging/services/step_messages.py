"""Messages that the steps of playbooks ask for: drafted from the brand's templates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from crisisapi.common.actors import Actor
from crisisapi.common.errors import DomainError, InvalidInput
from incidents.models import RunStep
from incidents.services.run_steps import hold_message, link_message
from messaging.models import Template
from messaging.services.drafts import draft_from_template
from messaging.services.rendering import placeholders_asked


def draft_for_step(*, step_id: UUID, actor: Actor, now: datetime) -> None:
    """Draft the message of a step and link it; a step that lacks something is told what.

    Whoever supplied the missing words is the author, and cannot approve them; a message of
    prepared words alone has no author.
    """
    step = RunStep.objects.select_related("incident__brand").get(pk=step_id)
    if step.object_id is not None:
        return
    named = {"name": step.terms["template"], "language": step.terms["language"]}
    template = Template.objects.filter(brand_id=step.brand_id, is_active=True, **named).first()
    if template is None:
        reason = _("There is no active template %(name)s in language %(language)s.") % named
        hold_message(step_id=step_id, reason=reason, missing=[], now=now)
        return
    try:
        asked = placeholders_asked(template)
    except InvalidInput as refusal:
        hold_message(step_id=step_id, reason=_said(refusal), missing=[], now=now)
        return
    values = _values_for(step, [one["name"] for one in asked])
    missing = [
        one["name"] for one in asked if one["required"] and not values.get(one["name"], "").strip()
    ]
    if missing:
        reason = _("Values are missing: %s.") % ", ".join(missing)
        hold_message(step_id=step_id, reason=reason, missing=missing, now=now)
        return
    _draft(step, template, values, actor, now)


def _draft(
    step: RunStep, template: Template, values: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    try:
        with transaction.atomic():
            message = draft_from_template(
                template=template, incident=step.incident, values=values, actor=actor, now=now
            )
    except DomainError as refusal:
        hold_message(step_id=step.pk, reason=_said(refusal), missing=[], now=now)
    else:
        link_message(step_id=step.pk, message_id=message.pk, now=now)


def _said(refusal: DomainError) -> str:
    said = [text for texts in refusal.errors.values() for text in texts] or [refusal.detail]
    return " ".join(force_str(text) for text in said)


def _values_for(step: RunStep, asked: Sequence[str]) -> dict[str, str]:
    """Return the values the template asks for: those supplied, of the step, of the incident."""
    incident = step.incident
    known = {
        "incident_title": incident.title,
        "incident_reference": incident.reference,
        "brand": incident.brand.name,
        **step.terms["values"],
        **step.values,
    }
    return {name: known[name] for name in asked if name in known}
