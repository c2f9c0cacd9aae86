"""Reviews in stages: whom they ask, what they freeze, how they end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crisisapi.accounts.models import Brand, Member, User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Fact, FactStatus, Incident, Notification
from messaging.models import Channel, Message, ReviewDecision, ReviewRound
from messaging.services.approvals import (
    FactNotConfirmed,
    approve_message,
    reject_message,
    request_changes,
)
from messaging.services.break_glass import (
    GlassClosed,
    NothingOwed,
    break_glass,
    ratify_message,
)
from messaging.services.comments import (
    Place,
    comment_message,
    reopen_comment,
    resolve_comment,
)
from messaging.services.decisions import AlreadyReviewed, CommentsOpen, FourEyes, NotAsked
from messaging.services.findings import FindingsStand
from messaging.services.messages import change_message, submit_message, withdraw_message
from messaging.services.news import spread_news
from messaging.services.publications import publish_message
from messaging.services.review_policies import (
    PolicyNameTaken,
    add_review_policy,
    change_review_policy,
)
from messaging.services.review_times import (
    due_reminders,
    expire_approval,
    expired_approvals,
    remind_reviewers,
)
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import MessageFactory, ReviewPolicyFactory
from tests.messaging.conftest import NOW
from tests.messaging.reviewing import LEGAL_STAGE, PR_STAGE, person, status_of, two_stages

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
EMERGENCY = "People are being scalded at this moment."


@pytest.fixture
def lior(brand: Brand) -> User:
    return person(brand, "legal")


@pytest.fixture
def noa(brand: Brand) -> User:
    return person(brand, "pr", "approver")


@pytest.fixture
def draft(incident: Incident, responder: User) -> Message:
    return MessageFactory(incident=incident, author=responder, purpose="update")


def _told(brand: Brand, verb: str) -> list[Any]:
    """Read the log for news, and return who is told of such events."""
    spread_news(brand_id=brand.pk, now=NOW)
    told = Notification.objects.filter(verb=verb).order_by("recipient_id")
    return list(told.values_list("recipient", flat=True))


def _submit(message: Message, user: User, by: By) -> Message:
    return submit_message(message=message, **by(user))


def _approve(message: Message, user: User, by: By, **more: Any) -> Message:
    return approve_message(message=message, revision=message.revision, **by(user), **more)


def _last(verb: str) -> dict[str, Any]:
    return Event.objects.filter(verb=verb).order_by("-position")[0].data


def test_without_a_policy_one_approver_is_enough(
    draft: Message, responder: User, approver: User, by: By
) -> None:
    _submit(draft, responder, by)

    assert _last("message.submitted")["waits_on"]["role"] == "approver"
    assert _approve(draft, approver, by).status == "approved"
    assert ReviewRound.objects.get().outcome == "approved"


def test_legal_speaks_first_then_pr(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, by: By
) -> None:
    two_stages(brand)
    _submit(draft, responder, by)
    assert _last("message.submitted")["waits_on"]["department"] == "legal"

    after_legal = _approve(draft, lior, by)

    assert after_legal.status == "in_review"
    waits = _last("message.reviewed")["waits_on"]
    assert (waits["department"], waits["role"]) == ("pr", "approver")
    assert _approve(draft, noa, by).status == "approved"
    assert _last("message.approved")["waits_on"] is None
    said = ReviewDecision.objects.order_by("stage").values_list("stage", "department")
    assert list(said) == [(0, "legal"), (1, "pr")]


def test_who_is_not_asked_yet_does_not_approve(
    brand: Brand, draft: Message, responder: User, noa: User, by: By
) -> None:
    two_stages(brand)
    _submit(draft, responder, by)

    with pytest.raises(NotAsked):
        _approve(draft, noa, by)


def test_a_person_who_is_no_member_is_not_asked(draft: Message, responder: User, by: By) -> None:
    _submit(draft, responder, by)

    with pytest.raises(NotAsked):
        _approve(draft, UserFactory(), by)


def test_nobody_serves_two_stages(brand: Brand, draft: Message, responder: User, by: By) -> None:
    approver_stage = {"name": "Any", "who": [{"role": "approver"}], "rule": "any", "count": 1}
    ReviewPolicyFactory(brand=brand, stages=[LEGAL_STAGE, approver_stage])
    counsel = person(brand, "legal", "approver")
    _submit(draft, responder, by)
    _approve(draft, counsel, by)

    with pytest.raises(AlreadyReviewed):
        _approve(draft, counsel, by)


def test_the_database_counts_a_person_once_in_a_round(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand)
    _submit(draft, responder, by)
    _approve(draft, lior, by)
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
    _submit(message, lior, by)

    with pytest.raises(FourEyes):
        _approve(message, lior, by)


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
    _submit(draft, responder, by)

    _approve(draft, noa, by)

    assert status_of(draft) == "in_review"
    assert _last("message.reviewed")["waits_on"]["department"] == "legal"
    assert _approve(draft, lior, by).status == "approved"


def test_a_policy_changed_meanwhile_moves_no_review(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, manager: User, by: By
) -> None:
    policy = two_stages(brand)
    _submit(draft, responder, by)
    change_review_policy(policy=policy, stages=[PR_STAGE], **by(manager))

    _approve(draft, lior, by)

    assert status_of(draft) == "in_review"
    round_ = ReviewRound.objects.get()
    assert (round_.policy_version, len(round_.terms["stages"])) == (1, 2)


def test_who_left_legal_after_approving_still_counts(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, by: By
) -> None:
    two_stages(brand)
    _submit(draft, responder, by)
    _approve(draft, lior, by)
    Member.objects.filter(user=lior).delete()

    assert _approve(draft, noa, by).status == "approved"


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

    _submit(Message.objects.get(pk=draft.pk), responder, by)

    assert len(ReviewRound.objects.get().terms["stages"]) == stages


def test_changes_requested_send_it_back_to_its_author(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand)
    _submit(draft, responder, by)

    back = request_changes(message=draft, revision=1, reason="Say it first.", **by(lior))

    assert (back.status, back.status_reason) == ("draft", "Say it first.")
    assert ReviewRound.objects.get().outcome == "changes_requested"
    assert _last("message.changes_requested")["waits_on"]["person"] == str(responder.pk)


def test_who_is_neither_asked_nor_an_approver_rejects_nothing(
    brand: Brand, draft: Message, responder: User, by: By
) -> None:
    two_stages(brand)
    _submit(draft, responder, by)

    with pytest.raises(NotAsked):
        reject_message(message=draft, revision=1, reason="No", **by(person(brand, "hr")))


def test_a_new_wording_ends_the_round(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand)
    _submit(draft, responder, by)
    _approve(draft, lior, by)

    change_message(message=draft, body="Other words.", **by(responder))

    round_ = ReviewRound.objects.get()
    assert (round_.outcome, round_.closed_at) == ("ended", NOW)


def test_a_withdrawn_message_is_reviewed_no_more(draft: Message, responder: User, by: By) -> None:
    _submit(draft, responder, by)

    withdraw_message(message=draft, reason="No", **by(responder))

    assert ReviewRound.objects.get().outcome == "ended"


def test_those_who_are_asked_hear_of_it(
    brand: Brand, draft: Message, responder: User, lior: User, noa: User, by: By
) -> None:
    two_stages(brand)

    _submit(draft, responder, by)
    _approve(draft, lior, by)

    assert _told(brand, "message.submitted") == [lior.pk]
    assert _told(brand, "message.reviewed") == [noa.pk]
    assert all("waits for review" in row.sentence for row in Notification.objects.all())


def test_those_who_are_asked_are_reminded_once_a_period(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand, remind_after_minutes=30)
    _submit(draft, responder, by)
    round_ = ReviewRound.objects.get()
    soon, due = NOW + timedelta(minutes=29), NOW + timedelta(minutes=30)
    assert due_reminders(now=soon, limit=10) == []
    assert due_reminders(now=due, limit=10) == [round_.pk]

    remind_reviewers(round_id=round_.pk, now=due)
    remind_reviewers(round_id=round_.pk, now=due)

    assert _told(brand, "review_round.reminded") == [lior.pk]
    assert due_reminders(now=due + timedelta(minutes=30), limit=10) == [round_.pk]


def test_nobody_is_reminded_of_a_round_that_ended(
    brand: Brand, draft: Message, responder: User, lior: User, by: By
) -> None:
    two_stages(brand, remind_after_minutes=30)
    _submit(draft, responder, by)
    reject_message(message=draft, revision=1, reason="No", **by(lior))

    assert due_reminders(now=NOW + timedelta(days=9), limit=10) == []


@pytest.fixture
def expiring(
    brand: Brand, draft: Message, responder: User, approver: User, by: By
) -> Callable[..., Message]:
    def make(**fields: Any) -> Message:
        ReviewPolicyFactory(brand=brand, expires_after_hours=2, **fields)
        _submit(draft, responder, by)
        return _approve(draft, approver, by)

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
    assert _last("message.approval_withdrawn")["cause"] == "approval_expired"
    assert _told(message.brand, "message.approval_withdrawn") == [responder.pk]


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


def _break(message: Message, user: User, by: By, reason: str = EMERGENCY) -> Message:
    return break_glass(message=message, revision=message.revision, reason=reason, **by(user))


def test_in_an_emergency_the_author_may_approve_alone(
    incident: Incident, channel: Channel, manager: User, by: By
) -> None:
    boss: User = MemberFactory(brand=incident.brand, role="manager").user
    message = MessageFactory(incident=incident, author=manager)

    broken = _break(message, manager, by)

    assert (broken.status, broken.is_break_glass, broken.approved_by) == ("approved", True, manager)
    verbs = list(Event.objects.order_by("position").values_list("verb", flat=True))
    assert verbs[-2:] == ["message.glass_broken", "message.approved"]
    assert _last("message.approved")["waits_on"]["role"] == "manager"
    assert _told(incident.brand, "message.glass_broken") == [boss.pk]
    assert publish_message(message=broken, channels=[channel], **by(manager)).status == "publishing"


def test_breaking_the_glass_ends_the_round(
    brand: Brand, draft: Message, responder: User, noa: User, by: By
) -> None:
    two_stages(brand)
    _submit(draft, responder, by)

    _break(draft, noa, by)

    assert ReviewRound.objects.get().outcome == "glass_broken"


def test_no_emergency_lets_a_fact_go_out_that_is_not_confirmed(
    incident: Incident, manager: User, by: By
) -> None:
    fact = FactFactory(incident=incident, status=FactStatus.UNCONFIRMED)
    message = MessageFactory(incident=incident, facts=[fact])

    with pytest.raises(FactNotConfirmed):
        _break(message, manager, by)


def test_no_emergency_lets_a_gap_go_out(incident: Incident, manager: User, by: By) -> None:
    message = MessageFactory(incident=incident, body="Call us at {phone} by [TIME].")

    with pytest.raises(FindingsStand):
        _break(message, manager, by)


def test_an_emergency_has_a_reason(draft: Message, manager: User, by: By) -> None:
    with pytest.raises(InvalidInput) as refused:
        _break(draft, manager, by, reason="Quick, quick!      ")

    assert set(refused.value.errors) == {"reason"}


def test_the_policy_says_who_may_break_the_glass(
    brand: Brand, draft: Message, noa: User, manager: User, by: By
) -> None:
    two_stages(brand, break_glass_roles=["manager"])

    with pytest.raises(GlassClosed):
        _break(draft, noa, by)
    assert _break(draft, manager, by).is_break_glass


def test_only_broken_glass_excuses_the_author_in_the_database(
    incident: Incident, manager: User
) -> None:
    message = MessageFactory(incident=incident, author=manager, status="approved")

    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(approved_by=manager)


def test_a_manager_looks_at_it_afterwards(
    incident: Incident, approver: User, manager: User, by: By
) -> None:
    message = _break(MessageFactory(incident=incident), approver, by)

    seen = ratify_message(message=message, comment="It was right.", **by(manager))

    assert (seen.ratified_by, seen.owes_ratification) == (manager, False)
    assert _last("message.ratified")["waits_on"] is None
    assert ReviewDecision.objects.filter(decision="ratified", reviewer=manager).exists()
    with pytest.raises(NothingOwed):
        ratify_message(message=message, comment="Again.", **by(manager))


def test_nobody_ratifies_their_own_broken_glass(
    incident: Incident, manager: User, approver: User, by: By
) -> None:
    message = _break(MessageFactory(incident=incident), manager, by)

    with pytest.raises(FourEyes):
        ratify_message(message=message, comment="Fine.", **by(manager))
    with pytest.raises(NotAsked):
        ratify_message(message=message, comment="Fine.", **by(approver))


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
    _submit(draft, responder, by)
    with pytest.raises(CommentsOpen):
        _approve(draft, approver, by)
    with pytest.raises(FourEyes):
        resolve_comment(comment=comment, **by(responder))

    resolve_comment(comment=comment, resolution="Said otherwise.", **by(lior))

    assert _approve(draft, approver, by).status == "approved"


def test_a_comment_may_be_opened_again(draft: Message, lior: User, by: By) -> None:
    said = {"actor": by(lior)["actor"], "now": NOW}
    comment = comment_message(message=draft, revision=1, text="Shorter.", **said)
    resolve_comment(comment=comment, resolution="Done", **by(lior))

    reopened = reopen_comment(comment=comment, **by(lior))

    assert (reopened.is_open, reopened.resolution) == (True, "")


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
    _submit(message, responder, by)
    _approve(message, lior, by)
    Fact.objects.update(status=FactStatus.UNCONFIRMED)

    with pytest.raises(FactNotConfirmed):
        _approve(message, noa, by)
