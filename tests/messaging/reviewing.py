"""People and policies of a brand that reviews in two stages."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Notification
from messaging.models import Message, ReviewPolicy
from messaging.services.approvals import approve_message
from messaging.services.messages import submit_message
from messaging.services.news import spread_news
from tests.factories.accounts import MemberFactory
from tests.factories.messaging import ReviewPolicyFactory

By = Callable[..., dict[str, Any]]
LEGAL_STAGE: dict[str, Any] = {
    "name": "Legal",
    "who": [{"department": "legal"}],
    "rule": "any",
    "count": 1,
}
PR_STAGE: dict[str, Any] = {
    "name": "PR",
    "who": [{"role": "approver", "department": "pr"}],
    "rule": "any",
    "count": 1,
}


def two_stages(brand: Brand, **fields: Any) -> ReviewPolicy:
    """Return a policy: first legal, then an approver of PR."""
    policy: ReviewPolicy = ReviewPolicyFactory(
        brand=brand, **{"stages": [LEGAL_STAGE, PR_STAGE], **fields}
    )
    return policy


def person(brand: Brand, department: str, role: str = "responder") -> User:
    """Return a member of a department."""
    user: User = MemberFactory(brand=brand, department=department, role=role).user
    return user


def status_of(message: Message) -> str:
    """Return where a message stands in the database."""
    return Message.objects.get(pk=message.pk).status


def told(brand: Brand, verb: str) -> list[Any]:
    """Read the log for news, and return who is told of such events."""
    spread_news(brand_id=brand.pk, now=timezone.now())
    rows = Notification.objects.filter(verb=verb).order_by("recipient_id")
    return list(rows.values_list("recipient", flat=True))


def submit(message: Message, user: User, by: By) -> Message:
    """Ask for review as a person."""
    return submit_message(message=message, **by(user))


def approve(message: Message, user: User, by: By, **more: Any) -> Message:
    """Approve the present wording as a person."""
    return approve_message(message=message, revision=message.revision, **by(user), **more)


def last(verb: str) -> dict[str, Any]:
    """Return what the last event of a verb says."""
    data: dict[str, Any] = Event.objects.filter(verb=verb).order_by("-position")[0].data
    return data
