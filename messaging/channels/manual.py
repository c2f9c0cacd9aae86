"""A person posts it and says where."""

from django.utils.translation import gettext as _

from messaging.channels.base import Outcome
from messaging.models import Publication


class ManualPublisher:
    """Hands the message to a person."""

    def publish(self, publication: Publication) -> Outcome:
        """Tell the person what to do."""
        instructions = _(
            "Post revision %(revision)s of “%(title)s” on %(channel)s, word for word. "
            "Then record its address here."
        ) % {
            "revision": publication.revision,
            "title": publication.message.title,
            "channel": publication.channel,
        }
        return Outcome("awaiting_person", instructions=instructions)
