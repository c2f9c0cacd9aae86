"""Incidents made public: worded by one, approved by another, taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Incident
from incidents.services.incidents import change_incident
from incidents.services.merging import merge_incident
from incidents.services.standing import IncidentMerged
from messaging.models import PublicIncident, PublicPage
from messaging.selectors.public_view import find_public
from messaging.services.decisions import FourEyes
from messaging.services.proposals import NothingProposed
from messaging.services.public_incidents import (
    NoPage,
    NotForThePublic,
    NotPublic,
    PublicAlready,
    make_public,
    move_public,
    reword_incident,
    withdraw_public,
    word_incident,
)
from tests.factories.incidents import IncidentFactory
from tests.factories.public import PublicIncidentFactory, PublicNumberFactory, PublicUpdateFactory
from tests.messaging.conftest import NOW
from tests.messaging.public.conftest import done_by

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
WORDS = {
    "titles": {"he": "הידיות של K2", "en": "The handles of K2"},
    "summaries": {"he": "עצרנו את המכירה.", "en": "We stopped selling it."},
}


def worded(incident: Incident, user: User, **other: Any) -> PublicIncident:
    return word_incident(incident=incident, **WORDS | other, **done_by(user))


def test_worded_for_the_public_it_waits_for_an_approver(
    page: PublicPage, incident: Incident, responder: User
) -> None:
    public = worded(incident, responder)

    event = Event.objects.get(verb="publicincident.worded")
    assert not public.is_public
    assert (public.titles, public.revision, public.proposed_by) == ({}, 1, responder)
    assert event.data["waits_on"]["role"] == "approver"
    assert list(PublicIncident.objects.shown()) == []


def test_approved_by_another_everybody_reads_it(
    page: PublicPage, incident: Incident, responder: User, approver: User, by: By
) -> None:
    public = make_public(public_incident=worded(incident, responder), revision=1, **by(approver))

    assert public.is_public
    assert (public.titles, public.summaries) == (WORDS["titles"], WORDS["summaries"])
    assert (public.made_public_at, public.approved_by) == (NOW, approver)
    assert list(PublicIncident.objects.shown()) == [public]
    assert Event.objects.latest("position").data["waits_on"] is None


def test_nobody_approves_what_they_worded(
    page: PublicPage, incident: Incident, approver: User, by: By
) -> None:
    public = worded(incident, approver)

    with pytest.raises(FourEyes):
        make_public(public_incident=public, revision=1, **by(approver))


def test_a_key_approves_nothing(
    page: PublicPage, incident: Incident, responder: User, approver: User, by: By
) -> None:
    public = worded(incident, responder)

    with pytest.raises(FourEyes):
        make_public(
            public_incident=public,
            revision=1,
            **by(approver) | {"actor": Actor("api_key", public.pk)},
        )


def test_who_approves_has_read_the_last_words(
    page: PublicPage, incident: Incident, responder: User, approver: User, by: By
) -> None:
    public = worded(incident, responder)
    reword_incident(public_incident=public, titles={"he": "אחרת"}, **by(responder))

    with pytest.raises(StaleVersion):
        make_public(public_incident=public, revision=1, **by(approver))


def test_other_words_wait_while_the_approved_ones_are_read(
    public: PublicIncident, responder: User, approver: User, by: By
) -> None:
    proposed = reword_incident(
        public_incident=public, titles={"he": "מה שידוע על K2"}, **by(responder)
    )
    before = proposed.titles
    approved = make_public(public_incident=proposed, revision=2, **by(approver))

    assert before == public.titles
    assert approved.titles == {"he": "מה שידוע על K2"}
    assert approved.summaries == public.summaries
    assert Event.objects.latest("position").verb == "publicincident.reworded"


def test_the_same_words_leave_no_trace(public: PublicIncident, responder: User, by: By) -> None:
    same = reword_incident(public_incident=public, titles=public.titles, **by(responder))

    assert (same.version, same.proposal) == (1, None)
    assert not Event.objects.exists()


def test_without_a_proposal_there_is_nothing_to_approve(
    public: PublicIncident, approver: User, by: By
) -> None:
    with pytest.raises(NothingProposed):
        make_public(public_incident=public, revision=1, **by(approver))


@pytest.mark.parametrize("fields", [{"visibility": "restricted"}, {"mode": "drill"}])
def test_what_is_not_for_the_public_never_gets_there(
    page: PublicPage,
    brand: Brand,
    responder: User,
    approver: User,
    by: By,
    fields: dict[str, str],
) -> None:
    hidden = IncidentFactory(brand=brand, **fields)

    with pytest.raises(NotForThePublic):
        worded(hidden, responder)
    slipped = PublicIncidentFactory(incident=hidden, proposal=WORDS, revision=2)
    with pytest.raises(NotForThePublic):
        make_public(public_incident=slipped, revision=2, **by(approver))
    assert list(PublicIncident.objects.shown()) == []


def test_a_brand_needs_a_page_first(incident: Incident, responder: User) -> None:
    with pytest.raises(NoPage):
        worded(incident, responder)


def test_the_public_is_told_in_one_place(
    public: PublicIncident, incident: Incident, responder: User
) -> None:
    with pytest.raises(PublicAlready):
        worded(incident, responder)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"titles": {"en": "Only English"}}, "titles.he"),
        ({"titles": {"he": "  "}}, "titles.he"),
        ({"summaries": {}}, "summaries.he"),
        ({"titles": {"he": "א" * 201}}, "titles.he"),
        ({"titles": {"he": "א", "fr": "Un"}}, "titles.fr"),
        ({"titles": ["א"]}, "titles"),
    ],
)
def test_words_must_be_there_in_the_main_language(
    page: PublicPage, incident: Incident, responder: User, fields: dict[str, Any], error: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        worded(incident, responder, **fields)

    assert set(refused.value.errors) == {error}


def test_the_public_is_told_where_it_stands(public: PublicIncident, approver: User, by: By) -> None:
    later = NOW + timedelta(hours=2)

    moved = move_public(public_incident=public, status="resolved", **by(approver, now=later))

    assert (moved.status, moved.status_at) == ("resolved", later)
    assert Event.objects.get().data == {"from": "investigating", "to": "resolved"}


def test_taken_off_the_page_it_says_why_and_can_come_back(
    public: PublicIncident, approver: User, manager: User, by: By
) -> None:
    gone = withdraw_public(public_incident=public, reason="Wrong product", **by(approver))
    shown = list(PublicIncident.objects.shown())
    back = make_public(public_incident=gone, revision=1, **by(manager))

    assert shown == []
    assert Event.objects.get(verb="publicincident.withdrawn").data["reason"] == "Wrong product"
    assert back.is_public
    assert (back.made_public_at, back.withdrawn_reason) == (NOW, "")


def test_what_is_not_public_is_neither_moved_nor_withdrawn(
    page: PublicPage, incident: Incident, responder: User, approver: User, by: By
) -> None:
    public = worded(incident, responder)

    with pytest.raises(NotPublic):
        move_public(public_incident=public, status="resolved", **by(approver))
    with pytest.raises(NotPublic):
        withdraw_public(public_incident=public, reason="x", **by(approver))


def test_restricted_it_leaves_the_page_in_the_same_moment(
    public: PublicIncident, incident: Incident, manager: User, by: By
) -> None:
    change_incident(incident=incident, visibility="restricted", **by(manager))

    public.refresh_from_db()
    assert public.withdrawn_at == NOW
    assert Event.objects.filter(verb="publicincident.withdrawn", actor_id=manager.pk).exists()


def _merge(incident: Incident, into: Incident) -> None:
    merge_incident(
        incident=incident,
        into=into,
        reason="One story",
        actor=SYSTEM,
        now=timezone.now() + timedelta(days=1),
        expected_version=None,
    )


def test_merged_its_readers_are_led_to_the_other(
    page: PublicPage, public: PublicIncident, brand: Brand, incident: Incident
) -> None:
    other = PublicIncidentFactory(incident=IncidentFactory(brand=brand))
    update = PublicUpdateFactory(message__incident=incident)
    number = PublicNumberFactory(incident=incident)

    _merge(incident, other.incident)

    for row in (public, update, number):
        row.refresh_from_db()
        assert row.incident_id == other.incident_id
    assert public.merged_into == other
    assert find_public(page, public.pk) == other
    assert list(PublicIncident.objects.shown()) == [other]


def test_merged_into_one_without_a_public_text_it_tells_of_that(
    page: PublicPage, public: PublicIncident, brand: Brand, incident: Incident
) -> None:
    other = IncidentFactory(brand=brand)

    _merge(incident, other)

    public.refresh_from_db()
    assert (public.incident, public.merged_into) == (other, None)
    assert list(PublicIncident.objects.shown()) == [public]


def test_merged_into_a_restricted_one_it_leaves_the_page(
    public: PublicIncident, brand: Brand, incident: Incident
) -> None:
    _merge(incident, IncidentFactory(brand=brand, visibility="restricted"))

    public.refresh_from_db()
    assert public.withdrawn_at is not None
    assert list(PublicIncident.objects.shown()) == []


def test_two_that_were_merged_one_after_the_other_lead_to_the_last(
    page: PublicPage, public: PublicIncident, brand: Brand, incident: Incident
) -> None:
    second = PublicIncidentFactory(incident=IncidentFactory(brand=brand))
    last = PublicIncidentFactory(incident=IncidentFactory(brand=brand))

    _merge(incident, second.incident)
    _merge(second.incident, last.incident)

    assert find_public(page, public.pk) == last


def test_nothing_is_worded_for_a_merged_incident(
    page: PublicPage, brand: Brand, incident: Incident, responder: User
) -> None:
    _merge(incident, IncidentFactory(brand=brand))

    with pytest.raises(IncidentMerged):
        worded(Incident.objects.get(pk=incident.pk), responder)
