"""What is out is taken down: by the platform, by a person, or not at all."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from messaging.models import Channel, Message, Publication, PublicationPart
from messaging.services.publications import (
    fail_publication,
    publish_message,
)
from messaging.services.steps import WrongStatus
from messaging.services.withdrawals import record_withdrawal, withdraw_publication
from tests.messaging.conftest import NOW
from tests.messaging.outward import Receiver, a_channel, message_of, states, work_until_quiet
from tests.servers import Reply

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
URL = "https://rimon.example/1"


def test_what_is_out_is_taken_down_newest_first(
    thread: Publication, receiver: Receiver, approver: User, by: By
) -> None:
    work_until_quiet(NOW)

    withdraw_publication(publication=thread, reason="Wrong series.", **by(approver))
    assert (states(thread)[0], message_of(thread)) == ("withdrawing", "published")
    work_until_quiet(NOW)

    assert states(thread) == ("withdrawn", ["withdrawn"] * 3)
    assert receiver.taken_down == list(reversed(receiver.posted))
    assert (thread.withdrawal_reason, thread.withdrawn_at) == ("Wrong series.", NOW)
    assert message_of(thread) == "withdrawn"
    assert Message.objects.get().approved_hash == ""


def test_taking_down_is_repeated_until_it_is_known(
    post: Publication, receiver: Receiver, approver: User, by: By
) -> None:
    work_until_quiet(NOW)
    receiver.server.then(Reply(500), Reply(cut="after_reading"))

    withdraw_publication(publication=post, reason="Wrong.", **by(approver))
    work_until_quiet(NOW)

    assert (states(post)[0], len(receiver.taken_down)) == ("withdrawn", 1)


def test_where_the_platform_cannot_a_person_takes_it_down(
    post: Publication, website: Channel, responder: User, approver: User, by: By
) -> None:
    work_until_quiet(NOW)
    Channel.objects.update(settings={**website.settings, "takes_withdrawals": "false"})

    withdraw_publication(publication=post, reason="Wrong.", **by(approver))
    work_until_quiet(NOW)
    assert (states(post)[0], post.waits_on_person) == ("withdrawing", True)
    assert str(website) in post.instructions

    record_withdrawal(publication=post, **by(responder))
    assert (states(post)[0], message_of(post)) == ("withdrawn", "withdrawn")


def test_what_cannot_be_taken_down_is_still_out(
    post: Publication, website: Channel, responder: User, approver: User, by: By
) -> None:
    work_until_quiet(NOW)
    Channel.objects.update(settings={**website.settings, "takes_withdrawals": "false"})
    withdraw_publication(publication=post, reason="Wrong.", **by(approver))
    work_until_quiet(NOW)

    fail_publication(publication=post, reason="The account is gone.", **by(responder))

    assert (states(post)[0], message_of(post)) == ("published", "published")
    assert (post.last_error, post.waits_on_person) == ("The account is gone.", False)


@pytest.mark.parametrize("status", ["pending", "failed", "unknown", "withdrawn", "awaiting_person"])
def test_nothing_is_taken_down_that_is_not_known_to_be_out(
    post: Publication, approver: User, by: By, status: str
) -> None:
    Publication.objects.update(status=status)
    PublicationPart.objects.update(status=status)

    with pytest.raises(WrongStatus):
        withdraw_publication(publication=post, reason="Wrong.", **by(approver))


def test_of_two_channels_one_may_be_taken_down(
    post: Publication, brand: Brand, receiver: Receiver, approver: User, by: By
) -> None:
    work_until_quiet(NOW)
    other = a_channel(brand, receiver.server)
    publish_message(message=post.message, channels=[other], **by(approver))
    work_until_quiet(NOW)

    withdraw_publication(publication=post, reason="Wrong.", **by(approver))
    work_until_quiet(NOW)

    assert message_of(post) == "partially_published"
