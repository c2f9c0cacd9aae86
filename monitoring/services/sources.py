"""Sources: made, changed, their secrets rotated."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.common.setup import merged, wrong_values
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from messaging.rules.signing import new_webhook_secret
from monitoring.models import Intake, Source, SourceState
from monitoring.services.intakes import waited_on
from monitoring.sources import PROVIDERS

_NO_FIELD = _("This kind of source has no such field.")


class NoSecret(DomainError):
    """The platform signs with a secret of its own."""

    code = "source_has_no_secret"
    detail = _("The platform makes this secret. Change it among the credentials.")


@transaction.atomic
def create_source(
    *, brand: Brand, slug: str, actor: Actor, now: datetime, **fields: Any
) -> tuple[Source, str]:
    """Make a source; returns it with its signing secret, which nobody can read again.

    The secret is empty where the platform signs with one of its own. Refuses settings and
    credentials that the kind does not know, misses, or that make no sense (`InvalidInput`).
    """
    lock_chain(brand.pk)
    source = Source(brand=brand, slug=slug, created_at=now, updated_at=now, **fields)
    check_setup(source)
    provider = PROVIDERS[source.kind]
    source.secret = secret = new_webhook_secret() if provider.has_own_secret else ""
    if source.platform == "other":
        source.platform = provider.platform
    try:
        with transaction.atomic():
            source.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidInput(errors={"slug": [_("The brand has a source of this slug.")]}) from error
    Intake.objects.create(source=source, due_at=now, listening_since=now)
    _record(source, "source.created", actor, now, slug=slug, kind=source.kind)
    return source, secret


@transaction.atomic
def change_source(
    *, source: Source, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Source:
    """Change name, set-up, interval, or whether it takes anything; refuses as `create_source`.

    Credentials are replaced one by one: those not named stay, an empty one is forgotten. Whoever
    changes something wants to see what it does: the source is asked anew at once.
    """
    locked = lock_for_change(source, expected_version=expected_version)
    if "credentials" in fields:
        fields["credentials"] = merged(locked.credentials, fields["credentials"])
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    check_setup(locked)
    save_change(locked, *changed, now=now)
    told = _follow(locked, changed, now)
    _record(locked, "source.changed", actor, now, fields=sorted(changed), **told)
    return locked


def check_setup(source: Source) -> None:
    """Refuse what the source's kind cannot work with, field by field."""
    provider = PROVIDERS.get(source.kind)
    if provider is None:
        known = ", ".join(sorted(PROVIDERS))
        raise InvalidInput(errors={"kind": [_("One of: %(known)s.") % {"known": known}]})
    errors = {
        **wrong_values("settings", provider.settings, source.settings, unknown=_NO_FIELD),
        **wrong_values("credentials", provider.credentials, source.credentials, unknown=_NO_FIELD),
    }
    if errors:
        raise InvalidInput(errors=errors)


def _follow(source: Source, changed: Mapping[str, Any], now: datetime) -> dict[str, object]:
    """Let its course follow a change; returns what to tell of whom it waits on from then on."""
    fields: dict[str, Any] = {"due_at": now, "failures": 0}
    if "is_active" in changed:
        fields["state"] = SourceState.ACTIVE if source.is_active else SourceState.PAUSED
    if {"settings", "credentials"} & changed.keys():
        # What stood behind other settings, or was signed in for other credentials, is of no use.
        fields |= {"cursor": {}, "tokens": {}}
    if {"settings", "credentials", "is_active"} & changed.keys():
        # Whoever asks right now asks for what is no longer wanted, and would store its cursor.
        fields |= {"lease": None, "leased_until": None}
    if {"settings", "is_active"} & changed.keys():
        # What it brought before is no measure of what it should bring now.
        fields |= {"listening_since": now, "silent_since": None, "usual_per_hour": None}
    Intake.objects.filter(source=source).update(**fields)
    if "listening_since" not in fields:
        return {}
    state = Intake.objects.get(source=source).state
    return {"waits_on": waited_on(is_failing=state == SourceState.FAILING)}


@transaction.atomic
def rotate_secret(
    *,
    source: Source,
    overlap: timedelta,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> tuple[Source, str]:
    """Make a new signing secret; the one before works for `overlap` more."""
    locked = lock_for_change(source, expected_version=expected_version)
    if not PROVIDERS[locked.kind].has_own_secret:
        raise NoSecret
    secret = new_webhook_secret()
    locked.previous_secret, locked.secret = locked.secret, secret
    locked.previous_secret_until = now + overlap
    save_change(locked, "secret", "previous_secret", "previous_secret_until", now=now)
    _record(
        locked, "source.secret_rotated", actor, now, overlap_hours=overlap.total_seconds() / 3600
    )
    return locked, secret


def _record(source: Source, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=source.brand_id, verb=verb, instance=source, actor=actor, now=now, data=data
    )
