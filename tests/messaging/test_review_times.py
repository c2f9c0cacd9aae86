"""What time does to reviews: reminders, and approvals that expire."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from incidents.models import Notification
from messaging.models import Channel, Message, ReviewRound
from messaging.services.approvals import (
    reject_message,
)
from messaging.services.publications import publish_message
from messaging.services.review_times import (
    due_reminders,
    expire_approval,
    expired_approvals,
    remind_reviewers,
)
from tests.factories.messaging import ReviewPolicyFactory
from tests.messaging.conftest import NOW
from tests.messaging.reviewing import (
    approve,
    last,
    status_of,
    submit,
    told,
    two_stages,
)

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


def test_those_who_are_asked_hear_of_it(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, by: By
) -> None:
    two_stages(brand)

    submit(draft, responder, by)
    approve(draft, lior, by)

    assert told(brand, "message.submitted") == [lior.pk]
    assert told(brand, "message.reviewed") == [noa.pk]
    assert all("waits for review" in row.sentence for row in Notification.objects.all())


def test_those_who_are_asked_are_reminded_once_a_period(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand, remind_after_minutes=30)
    submit(draft, responder, by)
    round_ = ReviewRound.objects.get()
    soon, due = NOW + timedelta(minutes=29), NOW + timedelta(minutes=30)
    assert due_reminders(now=soon, limit=10) == []
    assert due_reminders(now=due, limit=10) == [round_.pk]

    remind_reviewers(round_id=round_.pk, now=due)
    remind_reviewers(round_id=round_.pk, now=due)

    assert told(brand, "review_round.reminded") == [lior.pk]
    assert due_reminders(now=due + timedelta(minutes=30), limit=10) == [round_.pk]


def test_nobody_is_reminded_of_a_round_that_ended(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand, remind_after_minutes=30)
    submit(draft, responder, by)
    reject_message(message=draft, revision=1, reason="No", **by(lior))

    assert due_reminders(now=NOW + timedelta(days=9), limit=10) == []


@pytest.fixture
def expiring(
    brand: Brand, draft: Message, responder: User, approver: User, by: By
) -> Callable[..., Message]:
    def make(**fields: Any) -> Message:
        ReviewPolicyFactory(brand=brand, expires_after_hours=2, **fields)
        submit(draft, responder, by)
        return approve(draft, approver, by)

    return make


LATE = NOW + timedelta(hours=2)


def test_an_approval_that_is_not_used_expires(
    expiring: Callable[..., Message], responder: User
) -> None:
    message = expiring()
    assert message.approval_expires_at == LATE
    assert expired_approvals(now=LATE - timedelta(seconds=1), limit=10) == []
    assert expired_approvals(now=LATE, limit=10) == [message.pk]

    expire_approval(message_id=message.pk, now=LATE)

    assert status_of(message) == "draft"
    assert last("message.approval_withdrawn")["cause"] == "approval_expired"
    assert told(message.brand, "message.approval_withdrawn") == [responder.pk]


def test_an_approval_in_use_does_not_expire(
    expiring: Callable[..., Message], channel: Channel, approver: User, by: By
) -> None:
    message = expiring()
    publish_message(message=message, channels=[channel], **by(approver))

    expire_approval(message_id=message.pk, now=LATE)

    assert expired_approvals(now=LATE, limit=10) == []
    assert status_of(message) == "publishing"


@pytest.mark.parametrize(
    ("keeps_scheduled", "status", "publication"),
    [(False, "draft", "cancelled"), (True, "scheduled", "pending")],
)
def test_a_scheduled_message_expires_unless_the_policy_keeps_it(
    expiring: Callable[..., Message],
    channel: Channel,
    approver: User,
    by: By,
    keeps_scheduled: bool,  # noqa: FBT001
    status: str,
    publication: str,
) -> None:
    message = expiring(keeps_scheduled=keeps_scheduled)
    tomorrow = NOW + timedelta(days=1)
    publish_message(message=message, channels=[channel], publish_at=tomorrow, **by(approver))

    expire_approval(message_id=message.pk, now=LATE)

    assert (status_of(message), message.publications.get().status) == (status, publication)
