"""Reviews in stages: whom they ask, what they freeze, how they end."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crisisapi.accounts.models import Brand, Member, User
from crisisapi.common.errors import InvalidInput
from incidents.models import Fact, FactStatus, Incident
from messaging.models import Message, ReviewDecision, ReviewRound
from messaging.services.approvals import (
    FactNotConfirmed,
    reject_message,
    request_changes,
)
from messaging.services.decisions import AlreadyReviewed, FourEyes, NotAsked
from messaging.services.messages import change_message, withdraw_message
from messaging.services.review_policies import (
    PolicyNameTaken,
    add_review_policy,
    change_review_policy,
)
from tests.factories.accounts import UserFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import MessageFactory, ReviewPolicyFactory
from tests.messaging.conftest import NOW
from tests.messaging.reviewing import (
    LEGAL_STAGE,
    PR_STAGE,
    approve,
    last,
    person,
    status_of,
    submit,
    two_stages,
)

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


def test_without_a_policy_one_approver_is_enough(
    draft: Message, responder: User, approver: User, by: By
) -> None:
    submit(draft, responder, by)

    assert last("message.submitted")["waits_on"]["role"] == "approver"
    assert approve(draft, approver, by).status == "approved"
    assert ReviewRound.objects.get().outcome == "approved"


def test_legal_speaks_first_then_pr(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, by: By
) -> None:
    two_stages(brand)
    submit(draft, responder, by)
    assert last("message.submitted")["waits_on"]["department"] == "legal"

    after_legal = approve(draft, lior, by)

    assert after_legal.status == "in_review"
    waits = last("message.reviewed")["waits_on"]
    assert (waits["department"], waits["role"]) == ("pr", "approver")
    assert approve(draft, noa, by).status == "approved"
    assert last("message.approved")["waits_on"] is None
    said = ReviewDecision.objects.order_by("stage").values_list("stage", "department")
    assert list(said) == [(0, "legal"), (1, "pr")]


def test_who_is_not_asked_yet_does_not_approve(
    brand: Brand, draft: Message, responder: User, noa: User, by: By
) -> None:
    two_stages(brand)
    submit(draft, responder, by)

    with pytest.raises(NotAsked):
        approve(draft, noa, by)


def test_a_person_who_is_no_member_is_not_asked(draft: Message, responder: User, by: By) -> None:
    submit(draft, responder, by)

    with pytest.raises(NotAsked):
        approve(draft, UserFactory(), by)


def test_nobody_serves_two_stages(brand: Brand, draft: Message, responder: User, by: By) -> None:
    approver_stage = {"name": "Any", "who": [{"role": "approver"}], "rule": "any", "count": 1}
    ReviewPolicyFactory(brand=brand, stages=[LEGAL_STAGE, approver_stage])
    counsel = person(brand, "legal", "approver")
    submit(draft, responder, by)
    approve(draft, counsel, by)

    with pytest.raises(AlreadyReviewed):
        approve(draft, counsel, by)


def test_the_database_counts_a_person_once_in_a_round(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand)
    submit(draft, responder, by)
    approve(draft, lior, by)
    row = ReviewDecision.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewDecision.objects.create(
            message=draft,
            revision=1,
            round=row.round,
            stage=1,
            decision="approved",
            reviewer=lior,
        )


def test_an_author_counts_in_no_stage(brand: Brand, incident: Incident, lior: User, by: By) -> None:
    two_stages(brand)
    message = MessageFactory(incident=incident, author=lior)
    submit(message, lior, by)

    with pytest.raises(FourEyes):
        approve(message, lior, by)


def test_all_who_are_asked_have_to_agree(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, by: By
) -> None:
    both = {
        "name": "Both",
        "who": [{"department": "legal"}, {"department": "pr"}],
        "rule": "all",
        "count": 1,
    }
    ReviewPolicyFactory(brand=brand, stages=[both])
    submit(draft, responder, by)

    approve(draft, noa, by)

    assert status_of(draft) == "in_review"
    assert last("message.reviewed")["waits_on"]["department"] == "legal"
    assert approve(draft, lior, by).status == "approved"


def test_a_policy_changed_meanwhile_moves_no_review(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, manager: User, by: By
) -> None:
    policy = two_stages(brand)
    submit(draft, responder, by)
    change_review_policy(policy=policy, stages=[PR_STAGE], **by(manager))

    approve(draft, lior, by)

    assert status_of(draft) == "in_review"
    round_ = ReviewRound.objects.get()
    assert (round_.policy_version, len(round_.terms["stages"])) == (1, 2)


def test_who_left_legal_after_approving_still_counts(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, by: By
) -> None:
    two_stages(brand)
    submit(draft, responder, by)
    approve(draft, lior, by)
    Member.objects.filter(user=lior).delete()

    assert approve(draft, noa, by).status == "approved"


@pytest.mark.parametrize(
    ("fields", "stages"),
    [
        ({"purposes": ["update"]}, 2),
        ({"purposes": ["holding"]}, 1),
        ({"is_active": False}, 1),
        ({"severities": [1]}, 1),
        ({"position": 200}, 1),
    ],
)
def test_the_first_policy_that_applies_counts(
    brand: Brand, draft: Message, responder: User, by: By, fields: dict[str, Any], stages: int
) -> None:
    two_stages(brand, **fields)
    ReviewPolicyFactory(brand=brand, position=150)
    Incident.objects.update(severity=3)

    submit(Message.objects.get(pk=draft.pk), responder, by)

    assert len(ReviewRound.objects.get().terms["stages"]) == stages


def test_changes_requested_send_it_back_to_its_author(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand)
    submit(draft, responder, by)

    back = request_changes(message=draft, revision=1, reason="Say it first.", **by(lior))

    assert (back.status, back.status_reason) == ("draft", "Say it first.")
    assert ReviewRound.objects.get().outcome == "changes_requested"
    assert last("message.changes_requested")["waits_on"]["person"] == str(responder.pk)


def test_who_is_neither_asked_nor_an_approver_rejects_nothing(
    brand: Brand, draft: Message, responder: User, by: By
) -> None:
    two_stages(brand)
    submit(draft, responder, by)

    with pytest.raises(NotAsked):
        reject_message(message=draft, revision=1, reason="No", **by(person(brand, "hr")))


def test_a_new_wording_ends_the_round(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand)
    submit(draft, responder, by)
    approve(draft, lior, by)

    change_message(message=draft, body="Other words.", **by(responder))

    round_ = ReviewRound.objects.get()
    assert (round_.outcome, round_.closed_at) == ("ended", NOW)


def test_a_withdrawn_message_is_reviewed_no_more(draft: Message, responder: User, by: By) -> None:
    submit(draft, responder, by)

    withdraw_message(message=draft, reason="No", **by(responder))

    assert ReviewRound.objects.get().outcome == "ended"


def test_a_policy_with_flaws_is_refused_at_their_places(
    brand: Brand, manager: User, by: By
) -> None:
    said = {"actor": by(manager)["actor"], "now": NOW}
    unknown = [LEGAL_STAGE | {"who": [{"member": str(UserFactory().pk)}]}]

    with pytest.raises(InvalidInput) as shape:
        add_review_policy(brand=brand, name="Bad", stages=[{}], purposes=["joke"], **said)
    with pytest.raises(InvalidInput) as people:
        add_review_policy(brand=brand, name="Bad", stages=unknown, **said)

    assert set(shape.value.errors) == {"stages.0", "purposes"}
    assert set(people.value.errors) == {"stages.0.who.0.member"}


def test_a_name_is_taken_once(brand: Brand, manager: User, by: By) -> None:
    said = {"actor": by(manager)["actor"], "now": NOW}
    add_review_policy(brand=brand, name="Two", stages=[LEGAL_STAGE], **said)

    with pytest.raises(PolicyNameTaken):
        add_review_policy(brand=brand, name="Two", stages=[PR_STAGE], **said)


def test_facts_are_looked_at_in_every_stage(
    brand: Brand, incident: Incident, responder: User, lior: User, noa: User, by: By
) -> None:
    two_stages(brand)
    fact = FactFactory(incident=incident, status=FactStatus.CONFIRMED, evidence="Lab")
    message = MessageFactory(incident=incident, author=responder, facts=[fact])
    submit(message, responder, by)
    approve(message, lior, by)
    Fact.objects.update(status=FactStatus.UNCONFIRMED)

    with pytest.raises(FactNotConfirmed):
        approve(message, noa, by)
