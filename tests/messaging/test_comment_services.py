"""Comments on messages under review."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.errors import InvalidInput
from incidents.models import Incident
from messaging.models import Message
from messaging.services.comments import (
    Place,
    comment_message,
    reopen_comment,
    resolve_comment,
)
from messaging.services.decisions import CommentsOpen, FourEyes
from tests.factories.messaging import MessageFactory
from tests.messaging.conftest import NOW
from tests.messaging.reviewing import (
    approve,
    submit,
)

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


def test_a_comment_keeps_the_words_at_its_place(
    incident: Incident, responder: User, lior: User, by: By
) -> None:
    message = MessageFactory(incident=incident, author=responder, body="הידית נסדקת 🔥 בחום")
    said = {"actor": by(lior)["actor"], "now": NOW}

    comment = comment_message(
        message=message, revision=1, text="Not in all.", place=Place(6, 13), **said
    )

    assert comment.quote == "נסדקת 🔥"


def test_a_place_outside_of_the_body_is_refused(draft: Message, lior: User, by: By) -> None:
    said = {"actor": by(lior)["actor"], "now": NOW}

    with pytest.raises(InvalidInput):
        comment_message(message=draft, revision=1, text="Here?", place=Place(3, 9_999), **said)


def test_a_blocking_comment_keeps_a_message_from_approval(
    draft: Message, responder: User, approver: User, lior: User, by: By
) -> None:
    said = {"actor": by(lior)["actor"], "now": NOW}
    comment = comment_message(
        message=draft, revision=1, text="We cannot say “never”.", is_blocking=True, **said
    )
    submit(draft, responder, by)
    with pytest.raises(CommentsOpen):
        approve(draft, approver, by)
    with pytest.raises(FourEyes):
        resolve_comment(comment=comment, **by(responder))

    resolve_comment(comment=comment, resolution="Said otherwise.", **by(lior))

    assert approve(draft, approver, by).status == "approved"


def test_a_comment_may_be_opened_again(draft: Message, lior: User, by: By) -> None:
    said = {"actor": by(lior)["actor"], "now": NOW}
    comment = comment_message(message=draft, revision=1, text="Shorter.", **said)
    resolve_comment(comment=comment, resolution="Done", **by(lior))

    reopened = reopen_comment(comment=comment, **by(lior))

    assert (reopened.is_open, reopened.resolution) == (True, "")
