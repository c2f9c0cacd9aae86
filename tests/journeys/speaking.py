"""Channels on platforms of this machine, and the workers that publish to them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import time_machine

from tests.journeys.callers import Caller
from tests.messaging.outward import sweep
from tests.platforms.base import FakePlatform
from tests.platforms.bluesky import FakeBluesky
from tests.platforms.mastodon import FakeMastodon
from tests.platforms.meta import FakeFacebook
from tests.platforms.x import FakeX
from tests.servers import FakeServer, serving

PLATFORMS: tuple[type[FakePlatform], ...] = (FakeX, FakeFacebook, FakeMastodon, FakeBluesky)


class Speaking:
    """Four platforms, their servers, and the channels that lead there, by kind."""

    def __init__(
        self, platforms: dict[str, FakePlatform], servers: dict[str, FakeServer], boss: Caller
    ) -> None:
        self.platforms = platforms
        self.servers = servers
        self.channels = {kind: self._channel(kind, boss) for kind in platforms}

    def _channel(self, kind: str, boss: Caller) -> str:
        account = self.platforms[kind].account(self.servers[kind].url)
        made = boss.post(
            "channels/",
            name=f"Rimon on {kind}",
            platform=account.platform,
            kind=kind,
            settings=dict(account.settings),
            credentials=dict(account.credentials),
        )
        return str(made["id"])

    def texts(self, kind: str) -> list[str]:
        """Return what the public reads there, the oldest first."""
        return self.platforms[kind].texts()


@contextmanager
def speaking(boss: Caller) -> Iterator[Speaking]:
    """Yield four platforms that are up."""
    with ExitStack() as stack:
        platforms = {platform.kind: platform() for platform in PLATFORMS}
        servers = {
            kind: stack.enter_context(serving(one.answer)) for kind, one in platforms.items()
        }
        yield Speaking(platforms, servers, boss)


def work(clock: time_machine.Traveller, *, minutes: float = 0.0) -> None:
    """Let so much time pass, then let the workers do what is due."""
    clock.shift(timedelta(minutes=minutes))
    sweep()
