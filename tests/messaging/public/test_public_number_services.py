"""Numbers for the public: with their source and what shows them, approved by other eyes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import PublicNumber, PublicPage
from messaging.selectors.public_view import view_page
from messaging.services.decisions import FourEyes
from messaging.services.public_numbers import (
    NumberWithdrawn,
    approve_number,
    change_number,
    propose_number,
    withdraw_number,
)
from tests.factories.incidents import GoalFactory
from tests.factories.public import PublicNumberFactory
from tests.messaging.conftest import NOW
from tests.messaging.public.conftest import done_by

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
FIELDS: dict[str, Any] = {
    "labels": {"he": "קומקומים שהוחלפו"},
    "sources": {"he": "מוקד השירות"},
    "value": Decimal(1240),
    "as_of": NOW - timedelta(hours=1),
    "evidence": "Export of the service centre, 9:00",
}


def proposed(incident: Incident, user: User, **other: Any) -> PublicNumber:
    return propose_number(incident=incident, **FIELDS | other, **done_by(user))


def test_a_typed_number_is_shown_once_another_approved_it(
    page: PublicPage, incident: Incident, responder: User, approver: User, by: By
) -> None:
    number = proposed(incident, responder)
    before = list(PublicNumber.objects.shown())

    shown = approve_number(public_number=number, revision=1, **by(approver))

    shown.refresh_from_db()
    assert before == []
    assert (shown.value, shown.as_of, shown.labels) == (
        Decimal(1240),
        FIELDS["as_of"],
        FIELDS["labels"],
    )
    assert list(PublicNumber.objects.shown()) == [shown]


def test_nobody_approves_their_own_number(
    page: PublicPage, incident: Incident, approver: User, by: By
) -> None:
    with pytest.raises(FourEyes):
        approve_number(public_number=proposed(incident, approver), revision=1, **by(approver))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"value": None}, "value"),
        ({"as_of": None}, "as_of"),
        ({"as_of": NOW + timedelta(minutes=1)}, "as_of"),
        ({"evidence": " "}, "evidence"),
        ({"labels": {"en": "Kettles"}}, "labels.he"),
    ],
)
def test_a_typed_number_needs_its_time_and_what_shows_it(
    page: PublicPage, incident: Incident, responder: User, fields: dict[str, Any], error: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposed(incident, responder, **fields)

    assert set(refused.value.errors) == {error}


def test_a_number_of_a_goal_follows_its_measurements(
    page: PublicPage, public: Any, incident: Incident, responder: User, approver: User, by: By
) -> None:
    goal = GoalFactory(
        incident=incident, metric="manual.refunds_done", current=0.865, measured_at=NOW
    )
    words = {name: FIELDS[name] for name in ("labels", "sources")}
    number = propose_number(incident=incident, goal=goal, **words, **done_by(responder))
    approve_number(public_number=number, revision=1, **by(approver))

    [told] = view_page(page, "he", now=NOW).incidents

    [shown] = told.numbers
    assert (shown.value, shown.figure, shown.as_of) == (86.5, "86.5%", NOW)


def test_what_a_goal_measures_is_not_typed_in(
    page: PublicPage, incident: Incident, responder: User
) -> None:
    goal = GoalFactory(incident=incident)

    with pytest.raises(InvalidInput) as refused:
        proposed(incident, responder, goal=goal)

    assert set(refused.value.errors) == {"value", "as_of"}


def test_a_goal_of_another_incident_is_refused(
    page: PublicPage, incident: Incident, responder: User
) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposed(incident, responder, goal=GoalFactory())

    assert set(refused.value.errors) == {"goal"}


def test_another_value_waits_while_the_approved_one_is_shown(
    page: PublicPage, incident: Incident, responder: User, approver: User, by: By
) -> None:
    number = PublicNumberFactory(incident=incident, evidence="List", as_of=NOW)

    changed = change_number(public_number=number, value=Decimal(1300), **by(responder))
    before = changed.value
    approved = approve_number(public_number=changed, revision=2, **by(approver))

    assert (before, approved.value) == (Decimal(1240), Decimal(1300))


def test_the_order_changes_at_once(
    page: PublicPage, incident: Incident, responder: User, by: By
) -> None:
    number = PublicNumberFactory(incident=incident)

    moved = change_number(public_number=number, position=3, **by(responder))

    assert (moved.position, moved.proposal) == (3, None)
    assert Event.objects.get().verb == "publicnumber.moved"


def test_taken_off_the_page_it_is_proposed_anew(
    page: PublicPage, incident: Incident, responder: User, approver: User, by: By
) -> None:
    number = PublicNumberFactory(incident=incident)

    gone = withdraw_number(public_number=number, reason="Counted twice", **by(approver))

    assert list(PublicNumber.objects.shown()) == []
    with pytest.raises(NumberWithdrawn):
        change_number(public_number=gone, value=Decimal(1), **by(responder))
