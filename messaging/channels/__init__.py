"""How messages get to the public: one module for each way."""

from incidents.models.incident import Mode
from messaging.channels.base import Outcome, Publisher
from messaging.channels.drill import DrillPublisher
from messaging.channels.manual import ManualPublisher
from messaging.models import ChannelKind, Publication

_PUBLISHERS: dict[str, Publisher] = {ChannelKind.MANUAL: ManualPublisher()}
_DRILL = DrillPublisher()


def publisher_of(publication: Publication) -> Publisher:
    """Return what publishes it; in a drill, what keeps it in the house."""
    if publication.message.incident.mode == Mode.DRILL:
        return _DRILL
    return _PUBLISHERS[publication.channel.kind]


__all__ = ["Outcome", "Publisher", "publisher_of"]
