"""A token that renews works once: two workers at once renew it once."""

import threading
from typing import Any

import pytest
from django.db import connection

from messaging.channels.bearer import Bearer, renewed_by_oauth
from messaging.models import Channel
from messaging.services.accounts import account_of
from tests.factories.messaging import ChannelFactory
from tests.locks import let_somebody_wait
from tests.servers import FakeServer, Reply, Seen, serving

pytestmark = pytest.mark.django_db(transaction=True)


class Platform:
    """Takes each refresh token once, and answers only when another worker waits for it."""

    def __init__(self) -> None:
        self.refresh_token = "first"
        self.renewals: list[str] = []
        self.tokens: list[str] = []

    def answer(self, seen: Seen) -> Reply:
        """Renew, or look at the token of a call."""
        if seen.path != "/token":
            self.tokens.append(seen.headers["authorization"])
            return Reply(200, {})
        self.renewals.append(seen.form()["refresh_token"])
        if self.renewals[-1] != self.refresh_token:
            return Reply(400, {"error": "invalid_grant"})
        let_somebody_wait()
        connection.close()
        self.refresh_token = "second"
        renewed = {"access_token": "new", "refresh_token": "second", "expires_in": 3600}
        return Reply(200, renewed)


def _work(channel: Channel, server: FakeServer, statuses: list[int]) -> None:
    """Call the platform as a worker of its own, with what it read of the channel before."""
    renew = renewed_by_oauth(f"{server.url}/token")
    answer = Bearer(account_of(channel), base=server.url, renew=renew).call("GET", "/posts")
    statuses.append(answer.status)
    connection.close()


def test_two_workers_at_once_renew_a_token_once(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    old = {"access_token": "old", "refresh_token": "first", "expires_at": "1", "client_id": "us"}
    channel = ChannelFactory(credentials=old)
    platform, statuses = Platform(), list[int]()

    with serving(platform.answer) as server:
        workers = [
            threading.Thread(target=_work, args=(channel, server, statuses)) for _worker in range(2)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)

    channel.refresh_from_db()
    assert (platform.renewals, statuses) == (["first"], [200, 200])
    assert platform.tokens == ["Bearer new"] * 2
    assert channel.credentials["refresh_token"] == "second"
