"""Evidence: attached, counted, withdrawn."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Evidence
from incidents.rules.evidence import MOST_PIECES
from incidents.selectors.evidence import file_of
from incidents.services.evidence import (
    EvidenceNeeded,
    EvidenceWithdrawn,
    Upload,
    attach_file,
    attach_link,
    withdraw_evidence,
)
from incidents.services.standing import IncidentMerged
from incidents.services.tasks import finish_task, make_commitment
from tests.factories.incidents import EvidenceFactory, FactFactory, IncidentFactory, TaskFactory
from tests.incidents.files import PDF, PNG

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


def _withdrawn(evidence: Evidence, reason: str = "Of another kettle", **more: Any) -> Evidence:
    said = {"expected_version": None, **BY, **more}
    return withdraw_evidence(evidence=evidence, reason=reason, **said)


def test_a_link_is_attached_to_a_fact(responder: User) -> None:
    fact = FactFactory()

    evidence = attach_link(
        owner=fact,
        url="https://example.org/lab",
        title="Report",
        actor=Actor("user", responder.pk),
        now=NOW,
    )

    assert (evidence.fact, evidence.incident, evidence.added_by) == (fact, fact.incident, responder)
    event = Event.objects.get()
    assert (event.verb, event.incident_id, event.data["fact"]) == (
        "evidence.attached",
        fact.incident_id,
        str(fact.pk),
    )


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "javascript:alert(1)", "https://a:b@c.example"]
)
def test_a_link_that_leads_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        attach_link(owner=FactFactory(), url=url, title="x", **BY)

    assert set(refusal.value.errors) == {"url"}


def test_a_file_is_kept_byte_by_byte_and_known_by_its_content() -> None:
    incident = IncidentFactory()

    evidence = attach_file(owner=incident, upload=Upload("סדק.pdf", PNG), title="", **BY)

    assert (evidence.title, evidence.file_name, evidence.content_type) == (
        "סדק.pdf",
        "סדק.pdf",
        "image/png",
    )
    assert (evidence.size, evidence.sha256) == (len(PNG), hashlib.sha256(PNG).hexdigest())
    assert (evidence.fact, file_of(evidence)) == (None, PNG)


def test_a_refused_file_is_told_what_is_accepted() -> None:
    with pytest.raises(InvalidInput) as refusal:
        attach_file(owner=FactFactory(), upload=Upload("x.svg", b"<svg/>"), title="x", **BY)

    assert "PDF, PNG, JPEG" in str(refusal.value.errors["file"][0])


def test_a_file_too_large_is_refused(settings: Any) -> None:
    settings.EVIDENCE_FILE_BYTES = len(PDF) - 1

    with pytest.raises(InvalidInput) as refusal:
        attach_file(owner=FactFactory(), upload=Upload("x.pdf", PDF), title="x", **BY)

    assert set(refusal.value.errors) == {"file"}


def test_a_fact_has_only_so_many_pieces_withdrawn_ones_not_counted() -> None:
    fact = FactFactory()
    pieces = EvidenceFactory.create_batch(MOST_PIECES, fact=fact, incident=fact.incident)
    link: dict[str, Any] = {"url": "https://example.org", "title": "One more", **BY}

    with pytest.raises(InvalidInput) as refusal:
        attach_link(owner=fact, **link)
    _withdrawn(pieces[0])

    assert set(refusal.value.errors) == {"fact"}
    assert attach_link(owner=fact, **link).fact == fact


def test_nothing_is_attached_where_the_incident_was_merged() -> None:
    other = IncidentFactory()
    merged = IncidentFactory(brand=other.brand, status="merged", merged_into=other)

    with pytest.raises(IncidentMerged):
        attach_link(owner=merged, url="https://example.org", title="x", **BY)


def test_a_withdrawal_says_why_and_keeps_the_file() -> None:
    evidence = EvidenceFactory()

    withdrawn = _withdrawn(evidence)

    assert (withdrawn.withdrawn_at, withdrawn.withdrawn_reason) == (NOW, "Of another kettle")
    assert file_of(withdrawn) == b"cracks"
    event = Event.objects.get()
    assert (event.verb, event.data) == (
        "evidence.withdrawn",
        {"fact": str(evidence.fact_id), "task": None, "reason": "Of another kettle"},
    )


def test_a_withdrawal_without_a_reason_or_twice_is_refused() -> None:
    evidence = EvidenceFactory()

    with pytest.raises(InvalidInput):
        _withdrawn(evidence, " ")
    _withdrawn(evidence)

    with pytest.raises(EvidenceWithdrawn):
        _withdrawn(evidence)


def test_a_withdrawal_of_another_version_is_refused() -> None:
    with pytest.raises(StaleVersion):
        _withdrawn(EvidenceFactory(), expected_version=2)


def test_the_last_thing_that_shows_a_confirmed_fact_stays() -> None:
    fact = FactFactory(status="confirmed")
    first = EvidenceFactory(fact=fact, incident=fact.incident)
    second = EvidenceFactory(fact=fact, incident=fact.incident)

    _withdrawn(first)

    with pytest.raises(EvidenceNeeded):
        _withdrawn(second)


def test_a_confirmed_fact_may_lose_a_piece_when_words_show_it() -> None:
    evidence = EvidenceFactory(fact__status="confirmed", fact__evidence="Lab report 7")

    assert _withdrawn(evidence).is_withdrawn


@pytest.mark.parametrize(
    "row", [{"kind": "film"}, {"kind": "link"}, {"sha256": ""}, {"url": "https://example.org"}]
)
def test_the_database_refuses_half_a_file(row: dict[str, Any]) -> None:
    evidence = EvidenceFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).update(**row)


def test_a_file_shows_that_a_promise_was_kept(brand: Brand) -> None:
    change: dict[str, Any] = {"expected_version": None, **BY}
    promised = make_commitment(
        incident=IncidentFactory(brand=brand),
        title="Refunds",
        promise="Everybody gets a refund this week.",
        promised_at=NOW,
        due_at=NOW + timedelta(days=7),
        **BY,
    )
    with pytest.raises(InvalidInput):
        finish_task(task=promised, **change)

    evidence = attach_file(owner=promised, upload=Upload("list.pdf", PDF), title="List", **BY)
    kept = finish_task(task=promised, **change)

    assert (evidence.task, evidence.fact, kept.status) == (promised, None, "done")
    with pytest.raises(EvidenceNeeded):
        _withdrawn(evidence)


def test_evidence_shows_one_thing() -> None:
    evidence = EvidenceFactory()
    task = TaskFactory(incident=evidence.incident)

    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).update(task=task)
