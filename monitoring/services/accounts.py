"""What a provider is given of a source, and where it keeps its tokens."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from crisisapi.common.hiding import Hiding, secrets_among
from monitoring.models import Intake, Source
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account


def account_of(
    source: Source, *, now: datetime, tokens: Mapping[str, str] | None = None
) -> Account:
    """Return the account behind a source, with its secrets in the clear."""
    return Account(
        platform=source.platform,
        settings=source.settings,
        credentials=source.credentials,
        secrets=usable_secrets(source, now=now),
        tokens=tokens or {},
        keep=partial(_keep, source.pk),
        latest=partial(_latest, source.pk),
    )


def usable_secrets(source: Source, *, now: datetime) -> tuple[str, ...]:
    """Return the secrets that sign for a source now, the newest first; never an empty one."""
    found = [source.secret]
    if source.previous_secret_until and now < source.previous_secret_until:
        found.append(source.previous_secret)
    return tuple(secret for secret in found if secret)


def hiding_of(source: Source) -> Hiding:
    """Return what takes the secrets of a source out of what its platform says.

    Those it has by now: a platform may repeat a token that it gave a moment ago.
    """
    provider = PROVIDERS.get(source.kind)
    stored = secrets_among(provider.credentials, source.credentials) if provider else []
    return Hiding([*stored, source.secret, source.previous_secret, *_latest(source.pk).values()])


@transaction.atomic
def _keep(source_id: UUID, tokens: Mapping[str, str]) -> None:
    intake = Intake.objects.select_for_update().get(pk=source_id)
    intake.tokens = {**intake.tokens, **tokens}
    intake.save(update_fields=["tokens"])


def _latest(source_id: UUID) -> Mapping[str, str]:
    found = Intake.objects.only("tokens").filter(pk=source_id).first()
    return found.tokens if found else {}
