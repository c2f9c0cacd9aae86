"""Channels: settings and secrets are checked by their kind, and secrets are never told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from messaging.models import Channel
from messaging.services.accounts import account_of
from messaging.services.channel_tests import try_channel
from messaging.services.channels import add_channel, change_channel
from tests.messaging.conftest import NOW
from tests.platforms.mastodon import FakeMastodon
from tests.servers import serving

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("place", ["settings", "credentials"])
def test_what_the_kind_does_not_know_is_refused(brand: Any, place: str) -> None:
    given = {place: {"token": "t"}}

    with pytest.raises(InvalidInput) as refused:
        add_channel(brand=brand, name="X", platform="x", actor=SYSTEM, now=NOW, **given)

    assert set(refused.value.errors) == {f"{place}.token"}


def test_a_change_of_nothing_leaves_no_trace(channel: Channel, manager: User, by: By) -> None:
    same = change_channel(channel=channel, name=channel.name, settings={}, **by(manager))

    assert same.version == 1
    assert not Event.objects.filter(object_id=channel.pk).exists()


def test_renewed_credentials_are_kept_encrypted_and_without_a_trace(channel: Channel) -> None:
    account_of(channel).keep({"refresh_token": "s3cret"})

    channel.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM messaging_channel")
        assert "s3cret" not in cursor.fetchone()[0]
    assert (channel.credentials, channel.version) == ({"refresh_token": "s3cret"}, 1)
    assert not Event.objects.filter(object_id=channel.pk).exists()


def test_who_renews_alone_sees_what_is_stored_now(channel: Channel) -> None:
    account = account_of(channel)
    account.keep({"token": "newer"})

    with account.renewing() as stored:
        assert stored == {"token": "newer"}


def test_a_test_is_kept_with_the_version_it_was_made_of(
    channel: Channel, manager: User, by: By
) -> None:
    tested = try_channel(channel=channel, **by(manager))

    assert (tested.tested_at, tested.test_problems, tested.version) == (NOW, [], 2)
    assert Event.objects.get(object_id=channel.pk).verb == "channel.tested"
    with pytest.raises(StaleVersion):
        try_channel(channel=channel, **by(manager))


def test_what_an_instance_takes_is_asked_and_kept(
    channel: Channel, manager: User, by: By, settings: Any
) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    mastodon = FakeMastodon()
    with serving(mastodon.answer) as server:
        account = mastodon.account(server.url)
        Channel.objects.filter(pk=channel.pk).update(
            kind="mastodon", platform="mastodon", settings=account.settings
        )
        channel.refresh_from_db()
        account_of(channel).keep(account.credentials)
        channel.refresh_from_db()

        tested = try_channel(channel=channel, **by(manager))

    assert tested.test_problems == []
    assert tested.limits["max_characters"] > 0
