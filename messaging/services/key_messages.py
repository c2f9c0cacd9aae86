"""Key messages: written, changed, superseded; what carries them follows their facts."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Fact, Incident
from incidents.services.standing import lock_standing
from messaging.models import KeyMessage, Message
from messaging.models.template import LANGUAGE
from messaging.services.messages import change_message, check_facts

TEXT_LENGTH = 500
_LANGUAGE = re.compile(r"[a-z]{2}")


class KeyMessageSuperseded(DomainError):
    """Another key message stands in its place."""

    code = "key_message_superseded"
    detail = _("This key message was superseded. Go on with the one that took its place.")


@transaction.atomic
def add_key_message(
    *,
    incident: Incident,
    texts: Mapping[str, str],
    actor: Actor,
    now: datetime,
    facts: Sequence[Fact] = (),
    **fields: Any,
) -> KeyMessage:
    """Write a key message; refuses a merged incident, no text, and facts of another incident."""
    standing = lock_standing(incident)
    check_facts(standing.pk, facts)
    made = _written(standing, texts, facts, now, **fields)
    _record(made, "keymessage.added", actor, now, texts=dict(texts))
    return made


@transaction.atomic
def change_key_message(
    *,
    key_message: KeyMessage,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    facts: Sequence[Fact] | None = None,
    **fields: Any,
) -> KeyMessage:
    """Change a key message; refuses a superseded one.

    A fact added to it is added to every message that carries it and is not public: what was
    approved without the fact loses its approval.
    """
    locked = _lock(key_message, expected_version)
    if "texts" in fields:
        _check_texts(fields["texts"])
    changed = differing(locked, fields)
    added = _rest_on(locked, facts) if facts is not None else None
    if not changed and added is None:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    data = {"fields": sorted([*changed, *([] if added is None else ["facts"])])}
    _record(locked, "keymessage.changed", actor, now, **data)
    if added:
        _let_follow(locked, actor, now)
    return locked


@transaction.atomic
def supersede_key_message(
    *,
    key_message: KeyMessage,
    texts: Mapping[str, str],
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    facts: Sequence[Fact] | None = None,
    **fields: Any,
) -> KeyMessage:
    """Say it better: write a new one in the place of one; return the new one.

    Audience, proof points, position and facts stay as they were, unless given. Messages that carry
    the old one keep it, so that what was said when can be read.
    """
    standing = lock_standing(key_message.incident)
    before = _lock(key_message, expected_version)
    rested = list(before.facts.filter(superseded_by=None)) if facts is None else facts
    check_facts(standing.pk, rested)
    kept = {name: getattr(before, name) for name in _KEPT}
    after = _written(standing, texts, rested, now, **{**kept, **fields})
    before.superseded_by = after
    save_change(before, "superseded_by", now=now)
    _record(after, "keymessage.added", actor, now, texts=dict(texts), supersedes=before.pk)
    _record(before, "keymessage.superseded", actor, now, superseded_by=after.pk)
    return after


_KEPT = ("audience_kind", "audience", "proof_points", "position")


def _written(
    incident: Incident,
    texts: Mapping[str, str],
    facts: Sequence[Fact],
    now: datetime,
    **fields: Any,
) -> KeyMessage:
    _check_texts(texts)
    made = KeyMessage.objects.create(
        brand_id=incident.brand_id,
        incident=incident,
        texts=dict(texts),
        created_at=now,
        updated_at=now,
        **fields,
    )
    made.facts.set(facts)
    return made


def _lock(key_message: KeyMessage, expected_version: int | None) -> KeyMessage:
    locked = lock_for_change(key_message, expected_version=expected_version)
    if locked.superseded_by_id is not None:
        raise KeyMessageSuperseded
    return locked


def _rest_on(key_message: KeyMessage, facts: Sequence[Fact]) -> set[Fact] | None:
    """Let it rest on these facts; return those that are new, None when nothing changed."""
    before = set(key_message.facts.all())
    if before == set(facts):
        return None
    check_facts(key_message.incident_id, facts)
    key_message.facts.set(facts)
    return set(facts) - before


def _let_follow(key_message: KeyMessage, actor: Actor, now: datetime) -> None:
    reason = _("A key message it carries rests on another fact now.")
    for message in Message.objects.filter(key_messages=key_message).order_by("id"):
        if message.is_changeable:
            change_message(
                message=message,
                key_messages=list(message.key_messages.all()),
                reason=str(reason),
                actor=actor,
                now=now,
                expected_version=None,
            )


def _check_texts(texts: object) -> None:
    errors: dict[str, list[object]] = {}
    if not isinstance(texts, Mapping) or not texts:
        raise InvalidInput(errors={"texts": [_("Give the text in at least one language.")]})
    for code, text in texts.items():
        if _LANGUAGE.fullmatch(str(code)) is None:
            errors["texts"] = [LANGUAGE.message]
        elif not isinstance(text, str) or not text.strip() or len(text) > TEXT_LENGTH:
            sentence = _("Give a text of at most %s characters.") % TEXT_LENGTH
            errors[f"texts.{code}"] = [sentence]
    if errors:
        raise InvalidInput(errors=errors)


def _record(
    key_message: KeyMessage, verb: str, actor: Actor, now: datetime, **data: object
) -> None:
    record_event(
        brand_id=key_message.brand_id,
        incident_id=key_message.incident_id,
        verb=verb,
        instance=key_message,
        actor=actor,
        now=now,
        data=data,
    )
