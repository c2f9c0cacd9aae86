"""Drafts made from templates, in one language or in several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.errors import DomainError, InvalidInput
from incidents.models import Fact, Incident
from messaging.models import Message, Template
from messaging.services.messages import write_message
from messaging.services.rendering import Filling, Rendered, render_template


class TemplateInactive(DomainError):
    """The template was taken out of use."""

    code = "template_inactive"
    detail = _("This template is not active.")


@dataclass(frozen=True)
class Drafted:
    """What is said of a draft beside the values: title (empty: the template's), facts, blocks."""

    title: str = ""
    audience: str = ""
    facts: Sequence[Fact] = ()
    blocks: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def draft_from_template(
    *,
    template: Template,
    incident: Incident,
    values: Mapping[str, str],
    actor: Actor,
    now: datetime,
    drafted: Drafted | None = None,
) -> Message:
    """Write a draft in the words of a template; refuses an inactive one, or another brand's.

    A template that should have been looked at again makes drafts all the same: in the storm it is
    better than none. The draft says so, to those who review it.
    """
    if not template.is_active:
        raise TemplateInactive
    if template.brand_id != incident.brand_id:
        raise InvalidInput(errors={"incident": [_("The incident belongs to another brand.")]})
    said = drafted or Drafted()
    filling = Filling(values, said.blocks, incident)
    rendered = render_template(template=template, filling=filling)
    return write_message(
        incident=incident,
        template=template,
        made_from=_made_from(template, filling, rendered, now),
        title=said.title or template.title,
        purpose=template.purpose,
        audience=said.audience,
        language=template.language,
        body=rendered.body,
        facts=list(dict.fromkeys([*said.facts, *rendered.facts])),
        actor=actor,
        now=now,
        **said.more,
    )


@transaction.atomic
def draft_in_languages(
    *,
    template: Template,
    languages: Sequence[str],
    values: Mapping[str, Mapping[str, str]],
    incident: Incident,
    actor: Actor,
    now: datetime,
    drafted: Drafted | None = None,
) -> list[Message]:
    """Write a draft in each language the template's name is written in; all of them, or none.

    `values` are by language, under "" for those not named. Without languages: every one it is
    written in. A refusal names the language: `languages.he`, `values.he.product`.
    """
    texts = _in_languages(template, languages)
    return [
        _draft_one(
            text, values.get(text.language, values.get("", {})), incident, actor, now, drafted
        )
        for text in texts
    ]


def _draft_one(
    template: Template,
    values: Mapping[str, str],
    incident: Incident,
    actor: Actor,
    now: datetime,
    drafted: Drafted | None,
) -> Message:
    try:
        return draft_from_template(
            template=template,
            incident=incident,
            values=values,
            actor=actor,
            now=now,
            drafted=drafted,
        )
    except InvalidInput as refusal:
        code = template.language
        errors = {_of_language(path, code): said for path, said in refusal.errors.items()}
        raise InvalidInput(errors=errors) from refusal


def _in_languages(template: Template, languages: Sequence[str]) -> list[Template]:
    named = Template.objects.active().filter(brand_id=template.brand_id, name=template.name)
    texts = {text.language: text for text in named.select_related("brand").order_by("language")}
    wanted = list(dict.fromkeys(languages)) or list(texts)
    sentence = _("There is no active template of this name in this language.")
    if missing := [code for code in wanted if code not in texts]:
        raise InvalidInput(errors={f"languages.{code}": [sentence] for code in missing})
    if not wanted:
        raise TemplateInactive
    return [texts[code] for code in wanted]


def _of_language(path: str, code: str) -> str:
    head, dot, rest = path.partition(".")
    return f"{head}.{code}{dot}{rest}" if head in ("values", "blocks") else path


def _made_from(
    template: Template, filling: Filling, rendered: Rendered, now: datetime
) -> dict[str, Any]:
    """Return how it was made, as the message keeps it."""
    since = template.due_at.isoformat() if template.due_at and template.is_expired(now) else None
    return {
        "version": template.version,
        "revision": template.revision,
        "values": dict(filling.values),
        "blocks": [{"name": block.name, "version": block.version} for block in rendered.blocks],
        "expired_since": since,
    }
