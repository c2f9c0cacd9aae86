"""How messages get to the public: one module for each way."""

from incidents.models.incident import Mode
from messaging.channels.base import Outcome, Way
from messaging.channels.bluesky import BlueskyWay
from messaging.channels.drill import DrillWay
from messaging.channels.email import EmailWay
from messaging.channels.facebook import FacebookWay
from messaging.channels.hootsuite import HootsuiteWay
from messaging.channels.instagram import InstagramWay
from messaging.channels.manual import ManualWay
from messaging.channels.mastodon import MastodonWay
from messaging.channels.page import PageWay
from messaging.channels.webhook import WebhookWay
from messaging.channels.x import XWay
from messaging.models import Channel, Publication

WAYS: dict[str, Way] = {
    way.kind: way
    for way in (
        ManualWay(),
        XWay(),
        FacebookWay(),
        InstagramWay(),
        HootsuiteWay(),
        MastodonWay(),
        BlueskyWay(),
        PageWay(),
        WebhookWay(),
        EmailWay(),
    )
}  # fmt: skip
_DRILL = DrillWay()


def way_of(channel: Channel) -> Way:
    """Return what publishes through a channel in earnest."""
    return WAYS[channel.kind]


def way_for(publication: Publication) -> Way:
    """Return what publishes it; in a drill, what keeps it in the house."""
    if publication.message.incident.mode == Mode.DRILL:
        return _DRILL
    return way_of(publication.channel)


__all__ = ["WAYS", "Outcome", "Way", "way_for", "way_of"]
