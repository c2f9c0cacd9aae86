"""What people make of narratives, and what the machine finds out about them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.models import Event
from monitoring.models import Mention, Narrative, NarrativeBucket, Placement, WordCount
from monitoring.selectors.narrative_recount import find_miscounted
from monitoring.selectors.story import Story
from monitoring.services.claims import change_claim, state_claim
from monitoring.services.deliveries import receive_delivery
from monitoring.services.grouping import group_batch, group_next
from monitoring.services.narrating import refresh_narrative, refresh_next
from monitoring.services.narrative_repairing import repair_narratives
from monitoring.services.narratives import (
    NarrativeMerged,
    NarrativeNotMerged,
    change_narrative,
    dismiss_narrative,
    link_claim,
    merge_narrative,
    part_narrative,
    restore_narrative,
)
from monitoring.services.removing import remove_mentions
from monitoring.services.report_sections.narratives import narratives_section
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.monitoring import (
    ClaimFactory,
    NarrativeFactory,
    QueryFactory,
    SourceFactory,
)
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.rules.narratives.simulating import campaign
from tests.monitoring.rules.narratives.stories import STORIES
from tests.monitoring.telling import NOW, read_and_group, tell

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=30)
CHANGE: dict[str, Any] = {"actor": SYSTEM, "now": NOW, "expected_version": None}


@pytest.fixture
def told(brand: Brand) -> Narrative:
    tell(SourceFactory(brand=brand), *STORIES["handle"])
    return Narrative.objects.get()


def _refreshed(narrative: Narrative, now: datetime = LATER) -> Narrative:
    refresh_narrative(narrative_id=narrative.pk, now=now)
    narrative.refresh_from_db()
    return narrative


def _verbs(narrative: Narrative) -> list[str]:
    events = Event.objects.filter(object_id=narrative.pk).order_by("position")
    return list(events.values_list("verb", flat=True))


def test_what_is_merged_counts_in_the_other_one_and_comes_back_as_it_was(brand: Brand) -> None:
    tell(SourceFactory(brand=brand), *STORIES["handle"], *STORIES["ידית"])
    english, hebrew = Narrative.objects.order_by("first_at")

    merge_narrative(narrative=hebrew, into=english, **CHANGE)
    together = _refreshed(english).authors
    part_narrative(narrative=hebrew, **CHANGE)

    assert (together, _refreshed(english).authors) == (15, 8)
    assert _refreshed(hebrew).authors == 7
    assert find_miscounted(brand.pk) == []


def test_what_is_said_later_counts_in_the_one_that_goes_on(brand: Brand) -> None:
    source = SourceFactory(brand=brand)
    tell(source, *STORIES["handle"], *STORIES["ידית"][:5])
    english, hebrew = Narrative.objects.order_by("first_at")
    merge_narrative(narrative=hebrew, into=english, **CHANGE)

    tell(source, STORIES["ידית"][5], first=50)

    placed = Placement.objects.get(mention__external_id="post-50")
    assert placed.narrative_id == hebrew.pk
    assert _refreshed(english).authors == 14


def test_a_narrative_that_was_merged_is_left_alone(brand: Brand) -> None:
    other = NarrativeFactory(brand=brand)
    merged = NarrativeFactory(brand=brand, merged_into=other)

    for refused in (dismiss_narrative, restore_narrative):
        with pytest.raises(NarrativeMerged):
            refused(narrative=merged, **CHANGE)
    with pytest.raises(NarrativeNotMerged):
        part_narrative(narrative=other, **CHANGE)


@pytest.mark.parametrize("make", [lambda one: one, lambda _one: NarrativeFactory()])
def test_a_narrative_is_merged_into_another_one_of_the_brand(
    brand: Brand, make: Callable[[Narrative], Narrative]
) -> None:
    narrative = NarrativeFactory(brand=brand)

    with pytest.raises(InvalidInput):
        merge_narrative(narrative=narrative, into=make(narrative), **CHANGE)


def test_narratives_of_two_incidents_are_not_merged(brand: Brand) -> None:
    first, second = (
        NarrativeFactory(brand=brand, incident=IncidentFactory(brand=brand)) for _ in range(2)
    )

    with pytest.raises(DomainError):
        merge_narrative(narrative=first, into=second, **CHANGE)


def test_who_put_a_narrative_aside_is_kept(brand: Brand, responder: User) -> None:
    narrative = NarrativeFactory(brand=brand)
    by = CHANGE | {"actor": Actor("user", responder.pk)}

    dismissed = dismiss_narrative(narrative=narrative, **by)
    again = dismiss_narrative(narrative=narrative, **by)

    assert (dismissed.dismissed_by_id, again.version) == (responder.pk, 2)
    assert _verbs(narrative) == ["narrative.dismissed"]


def test_a_claim_gives_a_narrative_its_incident(brand: Brand) -> None:
    narrative = NarrativeFactory(brand=brand)
    claim = ClaimFactory(incident__brand=brand)

    linked = link_claim(narrative=narrative, claim=claim, **CHANGE)

    assert (linked.claim_id, linked.incident_id) == (claim.pk, claim.incident_id)


def test_a_claim_of_another_incident_or_brand_is_refused(brand: Brand) -> None:
    narrative = NarrativeFactory(brand=brand, incident=IncidentFactory(brand=brand))

    for claim in (ClaimFactory(incident__brand=brand), ClaimFactory()):
        with pytest.raises(InvalidInput):
            link_claim(narrative=narrative, claim=claim, **CHANGE)


def test_a_narrative_does_not_leave_the_incident_of_its_claim(brand: Brand) -> None:
    claim = ClaimFactory(incident__brand=brand)
    narrative = NarrativeFactory(brand=brand, incident=claim.incident, claim=claim)

    with pytest.raises(InvalidInput):
        change_narrative(narrative=narrative, incident=None, **CHANGE)


def test_a_fact_of_another_incident_answers_no_claim(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    fact = FactFactory(incident__brand=brand)
    claim = state_claim(incident=incident, statement="It cracks.", actor=SYSTEM, now=NOW)

    with pytest.raises(InvalidInput):
        change_claim(claim=claim, fact=fact, **CHANGE)


def test_a_narrative_joins_the_incident_whose_query_finds_it(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    QueryFactory(brand=brand, kind="incident", incident=incident, expression="handle")
    tell(SourceFactory(brand=brand), *STORIES["handle"])

    found = _refreshed(Narrative.objects.get())

    assert found.incident_id == incident.pk


def test_what_a_person_said_of_the_incident_stays(brand: Brand, told: Narrative) -> None:
    incident = IncidentFactory(brand=brand)
    change_narrative(narrative=told, incident=incident, **CHANGE)
    change_narrative(narrative=told, incident=None, **CHANGE)
    QueryFactory(brand=brand, kind="incident", incident=incident, expression="handle")
    Mention.objects.update(query_ids=[incident.queries.get().pk])

    assert _refreshed(told).incident_id is None


def test_the_log_is_told_when_a_narrative_moves_and_holds_no_words(brand: Brand) -> None:
    tell(SourceFactory(brand=brand), *STORIES["handle"], *STORIES["handle"])
    narrative = Narrative.objects.get()

    _refreshed(narrative)
    _refreshed(narrative, LATER + timedelta(days=3))

    moved = Event.objects.filter(verb="narrative.moved").order_by("position")
    assert [event.data["state"] for event in moved] == ["emerging", "fading"]
    assert "handle" not in str([event.data for event in moved])


def test_a_campaign_is_told_once(brand: Brand) -> None:
    source = SourceFactory(brand=brand)
    texts = STORIES["handle"]
    posts = sorted(campaign(Random(2)), key=lambda post: post.at)
    sent = [
        mention(
            place,
            text=texts[post.wording[1] % 4]  # type: ignore[index]  # pairs, in simulations
            if post.wording[0] == "arranged"  # type: ignore[index]
            else f"{texts[4 + place % 4]} {place * 7919:x} {place * 104729:x}",
            author={"handle": f"{post.account}"},
            published_at=(NOW + timedelta(seconds=post.at)).isoformat(),
        )
        for place, post in enumerate(posts)
        if not post.is_repost
    ]
    receive_delivery(source=source, external_id="storm", body=body_of(*sent), now=NOW)
    read_and_group()

    while refresh_next(now=NOW + timedelta(hours=8)):
        pass
    narrative = Narrative.objects.order_by("-texts")[0]
    told = _verbs(narrative).count("narrative.looks_coordinated")
    _refreshed(narrative, NOW + timedelta(hours=9))

    assert narrative.coordination is not None
    assert narrative.coordination >= 0.5
    assert narrative.signs[0]["sign"] == "synchrony"
    assert told >= 1
    assert _verbs(narrative).count("narrative.looks_coordinated") == told


def test_words_of_posts_that_are_gone_are_shown_no_more(brand: Brand) -> None:
    source = SourceFactory(brand=brand)
    texts = [f"{text} wobblyhinge" for text in STORIES["handle"][:4]]
    tell(source, *texts, *STORIES["handle"][4:], *STORIES["refund"])
    narrative = _refreshed(Narrative.objects.order_by("first_at")[0])
    assert "wobblyhinge" in [term["word"] for term in narrative.terms]

    remove_mentions(["post-0", "post-1", "post-2"], source=source, now=NOW)
    group_next(now=NOW)
    while refresh_next(now=LATER + timedelta(minutes=1)):
        pass

    narrative.refresh_from_db()
    assert "wobblyhinge" not in str(narrative.terms) + narrative.title
    assert narrative.mentions == 8


def test_what_was_said_while_it_was_looked_at_is_looked_at_next(told: Narrative) -> None:
    lease = LATER + timedelta(minutes=5)
    Narrative.objects.update(due_at=LATER)

    refresh_narrative(narrative_id=told.pk, now=LATER, lease=lease)

    told.refresh_from_db()
    assert told.due_at == LATER
    assert refresh_next(now=LATER) is True


def test_a_narrative_that_fades_waits_for_nothing(told: Narrative) -> None:
    while refresh_next(now=NOW + timedelta(days=9)):
        pass

    told.refresh_from_db()
    assert (told.state, told.due_at) == ("fading", None)


def test_words_are_kept_as_numbers_once_a_text(brand: Brand, told: Narrative) -> None:
    texts = WordCount.objects.get(brand=brand, word=0).texts

    assert texts == 8
    assert WordCount.objects.filter(brand=brand).count() > 30


def test_a_batch_that_is_done_again_makes_the_same(brand: Brand, told: Narrative) -> None:
    before = list(Placement.objects.order_by("pk").values())
    Placement.objects.update(is_due=True)

    group_batch(brand_id=brand.pk, now=NOW)

    assert list(Placement.objects.order_by("pk").values()) == before
    assert Narrative.objects.get().pk == told.pk
    assert datetime(2026, 3, 4, tzinfo=UTC) < told.first_at


def test_a_report_counts_what_was_merged(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    about: dict[str, Any] = {"brand": brand, "incident": incident}
    NarrativeFactory(**about, title="handle · kettle", mentions=40, coordination=0.7)
    refunds = NarrativeFactory(**about, name="Refunds", mentions=20)
    NarrativeFactory(**about, mentions=75, merged_into=refunds)
    NarrativeFactory(**about, mentions=500, dismissed_at=NOW)
    NarrativeFactory(brand=brand, mentions=500)

    section = narratives_section(Story(incident, NOW))

    assert section is not None
    rows = section.blocks[0].rows  # type: ignore[union-attr]  # a table
    assert [(row[0].text, row[2].value) for row in rows] == [
        ("Refunds", 95),
        ("handle · kettle", 40),
    ]


def test_what_was_miscounted_is_mended(brand: Brand, told: Narrative) -> None:
    NarrativeBucket.objects.update(mentions=99)
    Narrative.objects.update(mentions=7)
    Placement.objects.filter(mention__external_id="post-3").update(narrative=None)
    Placement.objects.filter(mention__external_id="post-4").update(sentiment="positive")
    false = find_miscounted(brand.pk)

    repair_narratives(brand.pk)
    group_next(now=NOW)

    assert false != []
    assert find_miscounted(brand.pk) == []
    assert Narrative.objects.get().mentions == 8
