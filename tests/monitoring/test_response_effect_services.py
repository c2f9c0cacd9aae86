"""Measuring what publications did: milestones, revisions, and what is compared."""

from dataclasses import replace
from datetime import timedelta

import pytest
from numpy import arange

from benchmarks.storms import make_scene
from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from messaging.models import Publication
from monitoring.models import BucketDelta, ResponseEffect
from monitoring.services.response_effects import (
    ARRIVAL,
    NotPublished,
    due_effects,
    measure_milestone,
    measure_publication,
)
from monitoring.tasks import measure_effects
from tests.factories.messaging import PublicationFactory
from tests.factories.monitoring import QueryFactory
from tests.monitoring.storming import SCENE, tell_storm, tell_talk

pytestmark = pytest.mark.django_db

SIX_HOURS = timedelta(hours=6)


def _measured(publication: Publication, hours: int = 6) -> ResponseEffect:
    assert publication.published_at is not None
    now = publication.published_at + timedelta(hours=hours) + ARRIVAL
    effect = measure_milestone(publication=publication, milestone=60 * hours, now=now)
    assert effect is not None
    return effect


def test_a_statement_after_which_the_talk_calms_down_has_helped(brand: Brand) -> None:
    _, publication, _ = tell_storm(brand, replace(SCENE, effect=-0.7, share_effect=-0.2))

    effect = _measured(publication)

    assert effect.verdict == "helped"
    assert effect.volume is not None
    assert effect.volume["relative"]["high"] < 0
    assert effect.volume["relative"]["low"] < -0.7 < effect.volume["relative"]["high"]


def test_a_storm_that_dies_down_by_itself_shows_no_clear_effect(brand: Brand) -> None:
    _, publication, _ = tell_storm(brand)

    effect = _measured(publication)

    assert effect.verdict == "no_clear_effect"
    assert effect.reasons[0] == "within_usual"


def test_a_publication_is_due_a_quarter_of_an_hour_after_each_milestone(brand: Brand) -> None:
    _, publication, _ = tell_storm(brand)
    assert publication.published_at is not None
    due_at = publication.published_at + timedelta(hours=1) + ARRIVAL

    before = due_effects(now=due_at - timedelta(seconds=1), limit=9)
    after = due_effects(now=due_at, limit=9)

    assert before == []
    assert after == [(publication, 60)]


def test_a_milestone_is_measured_once(brand: Brand) -> None:
    _, publication, until = tell_storm(brand)
    _measured(publication)

    again = measure_milestone(publication=publication, milestone=360, now=until + ARRIVAL)

    assert again is None
    assert ResponseEffect.objects.count() == 1


def test_a_later_measurement_supersedes_the_earlier_one(brand: Brand) -> None:
    _, publication, _ = tell_storm(brand)

    first, second = _measured(publication, 1), _measured(publication)

    first.refresh_from_db()
    assert first.superseded_at == second.measured_at
    assert (first.number, second.number) == (1, 2)
    assert list(ResponseEffect.objects.current()) == [second]


def test_each_measurement_is_an_event_of_the_incident(brand: Brand) -> None:
    incident, publication, _ = tell_storm(brand)

    effect = _measured(publication)

    event = Event.objects.get(verb="response_effect.measured")
    assert event.incident_id == incident.pk
    assert event.object_id == effect.pk
    assert event.data["verdict"] == effect.verdict


def test_asking_twice_when_nothing_changed_measures_once(brand: Brand) -> None:
    _, publication, until = tell_storm(brand)

    first = measure_publication(publication=publication, actor=SYSTEM, now=until)
    second = measure_publication(publication=publication, actor=SYSTEM, now=until)

    assert first == second
    assert ResponseEffect.objects.count() == 1


def test_a_late_mention_is_measured_anew(brand: Brand) -> None:
    _, publication, until = tell_storm(brand)
    first = measure_publication(publication=publication, actor=SYSTEM, now=until)
    last = BucketDelta.objects.filter(started_at__gt=first.since).earliest("started_at")
    BucketDelta.objects.filter(pk=last.pk).update(mentions=last.mentions + 1)

    second = measure_publication(publication=publication, actor=SYSTEM, now=until)

    assert second.number == 2
    assert second.fingerprint != first.fingerprint


def test_what_is_not_out_has_no_effect(brand: Brand) -> None:
    publication = PublicationFactory(message__incident__brand=brand)

    with pytest.raises(NotPublished):
        measure_publication(publication=publication, actor=SYSTEM, now=publication.requested_at)


def test_the_mentions_of_the_incident_are_compared_where_it_has_a_query(brand: Brand) -> None:
    incident, publication, _ = tell_storm(brand)
    query = QueryFactory(brand=brand, kind="incident", incident=incident)
    tell_talk(make_scene(replace(SCENE, effect=-0.7), 1)[0], brand, query)

    effect = _measured(publication)

    assert effect.inputs["query"] == str(query.pk)
    assert effect.verdict == "helped"


def test_a_query_that_heard_of_nothing_but_the_storm_gives_way_to_all_mentions(
    brand: Brand,
) -> None:
    incident, publication, _ = tell_storm(brand)
    query = QueryFactory(brand=brand, kind="incident", incident=incident)
    storm, _ = make_scene(SCENE, 1)
    before = storm.index(incident.started_at)
    tell_talk(
        replace(storm, mentions=storm.mentions * (arange(storm.mentions.size) >= before)),
        brand,
        query,
    )

    effect = _measured(publication)

    heard = BucketDelta.objects.filter(query=query, started_at__lt=publication.published_at)
    assert sum(heard.values_list("mentions", flat=True)) >= 200
    assert effect.inputs["query"] is None


def test_a_query_without_a_past_gives_way_to_all_mentions(brand: Brand) -> None:
    incident, publication, _ = tell_storm(brand)
    QueryFactory(brand=brand, kind="incident", incident=incident)

    effect = _measured(publication)

    assert effect.inputs["query"] is None
    assert effect.volume is not None


def test_control_queries_are_compared_with(brand: Brand) -> None:
    _, publication, _ = tell_storm(brand)
    control = QueryFactory(brand=brand, kind="control")
    tell_talk(make_scene(replace(SCENE, storm=0), 2)[0], brand, control)

    effect = _measured(publication)

    assert effect.inputs["controls"] == [str(control.pk)]


def test_the_same_message_elsewhere_is_the_same_response(brand: Brand) -> None:
    _, publication, _ = tell_storm(brand)
    assert publication.published_at is not None
    PublicationFactory(
        message=publication.message,
        status="published",
        published_at=publication.published_at + timedelta(minutes=30),
    )

    assert "another_publication" not in _measured(publication).reasons


@pytest.mark.parametrize(
    ("minutes", "reason"), [(5, "together"), (30, "another_publication"), (120, "cut_short")]
)
def test_another_message_is_told_by_how_near_it_is(brand: Brand, minutes: int, reason: str) -> None:
    incident, publication, _ = tell_storm(brand)
    assert publication.published_at is not None
    PublicationFactory(
        message__incident=incident,
        status="published",
        published_at=publication.published_at + timedelta(minutes=minutes),
    )

    assert reason in _measured(publication).reasons


def test_the_worker_measures_what_is_due(brand: Brand, time_machine: object) -> None:
    *_, until = tell_storm(brand)

    time_machine.move_to(until + ARRIVAL)  # type: ignore[attr-defined]
    measure_effects()

    milestones = ResponseEffect.objects.values_list("milestone", flat=True)
    assert set(milestones) == {60, 360}
