"""What a way is given of a channel, and where it keeps renewed credentials."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from crisisapi.common.hiding import Hiding, secrets_among
from messaging.channels import WAYS
from messaging.channels.base import Account
from messaging.models import Channel


def account_of(channel: Channel) -> Account:
    """Return the account behind a channel, with its secrets in the clear."""
    return Account(
        platform=channel.platform,
        settings=dict(channel.settings),
        credentials=dict(channel.credentials),
        keep=partial(_keep, channel.pk),
        alone=partial(_alone, channel.pk),
        name=str(channel),
    )


def hiding_of(channel_id: UUID) -> Hiding:
    """Return what takes the secrets of a channel, as they are by now, out of what it is told."""
    channel = Channel.objects.only("kind", "credentials").get(pk=channel_id)
    return Hiding(secrets_among(WAYS[channel.kind].credentials, channel.credentials))


@transaction.atomic
def _keep(channel_id: UUID, renewed: Mapping[str, str]) -> None:
    """Store renewed credentials; no edit of a person, hence no version and no event."""
    locked = Channel.objects.select_for_update(no_key=True).get(pk=channel_id)
    locked.credentials = {**locked.credentials, **renewed}
    locked.save(update_fields=["credentials"])


@contextmanager
def _alone(channel_id: UUID) -> Iterator[Mapping[str, str]]:
    """Hold the channel's own lock; it ends with the connection, should the worker die in there."""
    key = int.from_bytes(channel_id.bytes[-8:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
    try:
        yield dict(Channel.objects.get(pk=channel_id).credentials)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
