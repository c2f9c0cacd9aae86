"""Two people, or a person and a worker, at the same message at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import DomainError
from crisisapi.events.selectors.chain import check_chain
from messaging.models import Message, ReviewDecision, ReviewRound
from messaging.services.approvals import approve_message
from messaging.services.attempts import begin_attempt
from messaging.services.holds import Scope, raise_hold
from messaging.services.messages import submit_message
from messaging.services.publications import publish_message
from tests.factories.accounts import BrandFactory
from tests.factories.messaging import ChannelFactory, MessageFactory, ReviewPolicyFactory
from tests.messaging.conftest import NOW
from tests.messaging.reviewing import person

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3
BOTH = [
    {
        "name": "Legal and PR",
        "who": [{"department": "legal"}, {"department": "pr"}],
        "rule": "all",
        "count": 1,
    }
]


def _at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do all at the same moment; a refusal is a result, a deadlock is raised."""
    together = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")
            together.wait(timeout=60)
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_two_who_approve_at_once_pass_the_stage_together() -> None:
    for _ in range(ROUNDS):
        brand = BrandFactory()
        ReviewPolicyFactory(brand=brand, stages=BOTH)
        message = MessageFactory(incident__brand=brand)
        submit_message(message=message, actor=SYSTEM, now=NOW, expected_version=None)
        people = [person(brand, "legal"), person(brand, "pr")]

        _at_once(
            [
                partial(
                    approve_message,
                    message=message,
                    revision=1,
                    actor=Actor("user", one.pk),
                    now=NOW,
                    expected_version=None,
                )
                for one in people
            ]
        )

        message.refresh_from_db()
        assert message.status == "approved"
        assert ReviewDecision.objects.filter(message=message).count() == 2
        assert ReviewRound.objects.get(message=message).outcome == "approved"
        assert check_chain(brand).broken is None


def test_a_brake_and_a_worker_never_both_win() -> None:
    for _ in range(ROUNDS):
        brand = BrandFactory()
        channel = ChannelFactory(brand=brand)
        message = MessageFactory(incident__brand=brand, status="approved")
        later = NOW + timedelta(hours=1)
        publish_message(
            message=message,
            channels=[channel],
            publish_at=later,
            actor=SYSTEM,
            now=NOW,
            expected_version=None,
        )
        part = message.publications.get().parts.get()

        claimed, _hold = _at_once(
            [
                partial(begin_attempt, part_id=part.pk, now=later),
                partial(
                    raise_hold, brand=brand, scope=Scope(), reason="Stop", actor=SYSTEM, now=later
                ),
            ]
        )

        status = message.publications.get().status
        assert status == ("held" if claimed is None else "attempting")
        assert Message.objects.get(pk=message.pk).status in ("on_hold", "publishing")
        assert check_chain(brand).broken is None
