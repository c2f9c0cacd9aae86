"""People and policies of a brand that reviews in two stages."""

from typing import Any

from crisisapi.accounts.models import Brand, User
from messaging.models import Message, ReviewPolicy
from tests.factories.accounts import MemberFactory
from tests.factories.messaging import ReviewPolicyFactory

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
