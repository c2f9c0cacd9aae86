"""A person posts it and says where."""

from typing import ClassVar

from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import Sentence
from crisisapi.common.sentences import nsentence as ngettext
from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Account, BaseWay, Outcome, Piece
from messaging.models import Platform


class ManualWay(BaseWay):
    """Hands the message to a person."""

    kind: ClassVar[str] = "manual"
    about = gettext_lazy("Tells a person what to post, and asks for the address where it stands.")
    platforms: ClassVar[frozenset[str]] = frozenset(Platform.values)

    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Tell the person what to do; a thread is theirs from its first piece to its last."""
        said = {"revision": piece.revision, "title": piece.title, "channel": account.name}
        instructions = _(
            "Post revision %(revision)s of “%(title)s” on %(channel)s, word for word. "
            "Then record its address here."
        )
        whole = instructions % said
        if piece.count > 1:
            pieces = ngettext(
                "It is one post.", "It is a thread of %(count)s posts, in their order.", piece.count
            )
            whole = Sentence("%s %s", (whole, pieces % {"count": piece.count}))
        return Outcome("awaiting_person", instructions=whole)

    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Ask the person to take it down."""
        instructions = _("Take it down on %(channel)s. Then record here that it is gone.")
        return Outcome("awaiting_person", instructions=instructions % {"channel": account.name})
