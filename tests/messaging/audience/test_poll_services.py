"""Polls, from the draft to the count."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from messaging.models import Ballot, Poll, PublicPage
from messaging.selectors.polls import public_polls, tallies_of, view_polls
from messaging.services import polls
from messaging.services.audience_limits import Caller, TooFast
from messaging.services.decisions import FourEyes
from messaging.services.steps import WrongStatus
from messaging.services.voters import DeadForm, new_voter
from messaging.services.voting import NoSuchPoll, PollClosed, cast_ballot
from tests.factories.audience import OpenPollFactory
from tests.factories.incidents import IncidentFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db
By = Callable[..., dict[str, Any]]
LATER = NOW + timedelta(days=2)
WORDED: dict[str, Any] = {
    "questions": {"he": "מה עדיף?", "en": "Which one?"},
    "options": [{"he": "א", "en": "A"}, {"he": "ב", "en": "B"}],
    "closes_at": LATER,
}


@pytest.fixture
def draft(brand: Brand, page: PublicPage, responder: User) -> Poll:
    return polls.draft_poll(brand=brand, actor=Actor("user", responder.pk), now=NOW, **WORDED)


@pytest.fixture
def asked(page: PublicPage) -> Poll:
    return OpenPollFactory(brand=page.brand, incident=None, closes_at=LATER, opened_at=NOW)


def vote(poll: Poll, page: PublicPage, caller: Caller, *choices: int, **more: Any) -> Poll:
    more.setdefault("token", new_voter())
    more.setdefault("now", NOW)
    return cast_ballot(page=page, poll_id=poll.pk, choices=choices, caller=caller, **more)


def test_a_draft_waits_on_an_approver(draft: Poll) -> None:
    waits = Event.objects.get(verb="poll.drafted").data["waits_on"]

    assert (draft.status, waits["role"]) == ("draft", "approver")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"options": [{"he": "א"}, {"he": "ב"}]}, "options.0"),
        ({"closes_at": NOW}, "closes_at"),
        ({"opens_at": LATER}, "opens_at"),
        ({"questions": {"en": "Which?"}}, "questions.he"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    brand: Brand, page: PublicPage, responder: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        polls.draft_poll(
            brand=brand, actor=Actor("user", responder.pk), now=NOW, **{**WORDED, **wrong}
        )

    assert field in refusal.value.errors


def test_nobody_approves_what_they_worded(draft: Poll, by: By, responder: User) -> None:
    with pytest.raises(FourEyes):
        polls.approve_poll(poll=draft, revision=1, **by(responder))


def test_another_wording_than_the_one_read_is_not_approved(
    draft: Poll, by: By, responder: User, approver: User
) -> None:
    polls.change_poll(poll=draft, questions={"he": "מה?", "en": "What?"}, **by(responder))

    with pytest.raises(StaleVersion):
        polls.approve_poll(poll=draft, revision=1, **by(approver))


def test_another_wording_takes_the_approval_back(
    draft: Poll, by: By, responder: User, approver: User
) -> None:
    polls.approve_poll(poll=draft, revision=1, **by(approver))

    changed = polls.change_poll(poll=draft, selection="multiple", **by(responder))

    assert (changed.status, changed.approved_hash, changed.approved_by) == ("draft", "", None)
    with pytest.raises(WrongStatus):
        polls.open_poll(poll=draft, **by(approver))


def test_another_time_keeps_the_approval(
    draft: Poll, by: By, responder: User, approver: User
) -> None:
    polls.approve_poll(poll=draft, revision=1, **by(approver))

    changed = polls.change_poll(poll=draft, closes_at=LATER + timedelta(1), **by(responder))

    assert (changed.status, changed.approved_hash) == ("approved", changed.present_hash)


def test_what_was_asked_is_not_reworded(asked: Poll, by: By, responder: User) -> None:
    with pytest.raises(WrongStatus):
        polls.change_poll(poll=asked, selection="multiple", **by(responder))


def test_it_opens_and_closes_at_its_times(
    draft: Poll, by: By, responder: User, approver: User
) -> None:
    polls.change_poll(poll=draft, opens_at=NOW + timedelta(hours=1), **by(responder))
    polls.approve_poll(poll=draft, revision=1, **by(approver))
    said = []

    for now in (NOW, NOW + timedelta(hours=1), LATER):
        for poll_id in polls.due_polls(now=now):
            polls.turn_poll(poll_id=poll_id, now=now)
            polls.turn_poll(poll_id=poll_id, now=now)
        draft.refresh_from_db()
        said.append(str(draft.status))

    assert said == ["approved", "open", "closed"]
    assert Event.objects.filter(verb__in=["poll.opened", "poll.closed"]).count() == 2


def test_one_form_is_one_ballot_and_the_first_stands(
    asked: Poll, page: PublicPage, caller: Caller
) -> None:
    token = new_voter()

    vote(asked, page, caller, 1, token=token)
    vote(asked, page, caller, 2, token=token)

    assert tallies_of([asked])[asked.pk].counts == {1: 1}


def test_ballots_are_counted_exactly(page: PublicPage) -> None:
    poll = OpenPollFactory(
        brand=page.brand, incident=None, selection="multiple", closes_at=LATER, opened_at=NOW
    )
    for number, choices in enumerate([(1,), (1, 2), (2,), (1, 2)]):
        vote(poll, page, Caller(f"203.0.113.{number}"), *choices)

    tally = tallies_of([poll])[poll.pk]

    assert (tally.ballots, tally.counts) == (4, {1: 3, 2: 3})


@pytest.mark.parametrize("choices", [(), (3,), (1, 2)])
def test_what_is_no_ballot_is_refused(
    asked: Poll, page: PublicPage, caller: Caller, choices: tuple[int, ...]
) -> None:
    with pytest.raises(InvalidInput):
        vote(asked, page, caller, *choices)


def test_a_made_up_form_is_refused(asked: Poll, page: PublicPage, caller: Caller) -> None:
    with pytest.raises(DeadForm):
        vote(asked, page, caller, 1, token="made-up")


def test_a_closed_poll_takes_none_not_even_before_the_sweep(
    asked: Poll, page: PublicPage, caller: Caller
) -> None:
    with pytest.raises(PollClosed):
        vote(asked, page, caller, 1, now=LATER)


def test_many_forms_of_one_browser_are_bounded(
    asked: Poll, page: PublicPage, caller: Caller
) -> None:
    for _ in range(4):
        vote(asked, page, caller, 1)

    with pytest.raises(TooFast):
        vote(asked, page, caller, 1)
    assert asked.ballots.count() == 4


def test_a_poll_of_what_the_public_is_not_told_is_not_public(
    page: PublicPage, caller: Caller
) -> None:
    hidden = OpenPollFactory(
        brand=page.brand, incident=IncidentFactory(brand=page.brand), closes_at=LATER
    )

    assert not public_polls(page).exists()
    with pytest.raises(NoSuchPoll):
        vote(hidden, page, caller, 1)


@pytest.mark.parametrize(
    ("results", "status", "is_told"),
    [
        ("always", "open", True),
        ("after_voting", "open", False),
        ("after_close", "open", False),
        ("after_close", "closed", True),
    ],
)
def test_counts_are_told_when_they_are_meant_to_be(
    asked: Poll,
    page: PublicPage,
    results: str,
    status: str,
    is_told: bool,  # noqa: FBT001
) -> None:
    Poll.objects.update(results=results, status=status)

    [view] = view_polls(page, "en", now=NOW)

    assert (view.ballots == 0) is is_told
    assert (view.options[0].count == 0) is is_told


def test_a_withdrawn_poll_is_not_public_and_keeps_its_ballots(
    asked: Poll, page: PublicPage, caller: Caller, by: By, approver: User
) -> None:
    vote(asked, page, caller, 1)

    polls.withdraw_poll(poll=asked, reason="Wrong option", **by(approver))

    assert not public_polls(page).exists()
    assert asked.ballots.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_with_one_form_are_one_ballot(page: PublicPage, caller: Caller) -> None:
    poll = OpenPollFactory(brand=page.brand, incident=None, closes_at=LATER, opened_at=NOW)
    token = new_voter()

    def click(number: int) -> None:
        try:
            vote(poll, page, caller, 1 + number % 2, token=token)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(click, range(4)))

    assert Ballot.objects.count() == 1
