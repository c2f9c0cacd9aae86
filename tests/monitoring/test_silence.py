"""Silence of sources: counted, told of once, ended."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.events.signals import event_recorded
from messaging.rules.signing import new_webhook_secret
from messaging.services.telling import told_to_teams
from monitoring.models import HeardHour, Intake, Source
from monitoring.services.intakes import note_push
from monitoring.services.silence import count_hours, end_silences, find_silences
from monitoring.services.sources import change_source
from monitoring.tasks import watch_sources
from tests.factories.monitoring import DeliveryFactory, SourceFactory
from tests.monitoring.faring import (
    DAY,
    HOUR,
    NOW,
    fault,
    intake_of,
    known_source,
    last_event,
    told,
    usually,
    verbs,
    words,
)
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(brand: Brand) -> Source:
    return known_source(brand)


def test_hours_are_counted_from_what_was_stored_and_only_once(source: Source) -> None:
    full = NOW.replace(minute=0)
    DeliveryFactory(source=source, accepted=3, created_at=full - timedelta(minutes=30))
    DeliveryFactory(source=source, accepted=4, created_at=full - timedelta(minutes=1))
    DeliveryFactory(source=source, accepted=9, created_at=full)
    DeliveryFactory(source=source, accepted=5, created_at=full - 3 * DAY)

    rounds = 1
    while count_hours(now=NOW):
        rounds += 1
    count_hours(now=NOW)

    rows = HeardHour.objects.order_by("started_at").values_list("started_at", "mentions")
    assert list(rows) == [(full - 3 * DAY, 5), (full - HOUR, 7)]
    assert intake_of(source).counted_until == full
    assert rounds == 8 * 24 // 6


def test_an_hour_is_counted_when_its_deliveries_are_surely_stored(source: Source) -> None:
    Intake.objects.update(counted_until=NOW.replace(minute=0) - HOUR)

    count_hours(now=NOW.replace(minute=2))

    assert intake_of(source).counted_until == NOW.replace(minute=0) - HOUR


def test_a_silent_source_wakes_the_managers_once(source: Source, manager_of_brand: User) -> None:
    usually(source, an_hour=40)

    found = [find_silences(now=NOW + 6 * HOUR), find_silences(now=NOW + 7 * HOUR)]

    event = last_event()
    assert found == [1, 0]
    assert (event.verb, event.data["hours"], event.data["usual"]) == ("source.silent", "6", "40")
    assert event.data["waits_on"] == {"person": None, "department": None, "role": "manager"}
    assert intake_of(source).silent_since == NOW
    assert told() == [
        (manager_of_brand, "Nothing from X for 6 hours, usually 40 mentions an hour.")
    ]
    assert told_to_teams(event) == {"name": "X", "hours": "6", "usual": "40"}
    assert words(source)[-1] == "Nothing new since 11:30, usually 40 mentions an hour."


def test_one_that_is_heard_while_others_are_told_of_is_not_told_of(source: Source) -> None:
    other = known_source(source.brand, slug="other")
    for one in (source, other):
        usually(one, an_hour=40)

    def hear_the_rest(**_event: object) -> None:
        Intake.objects.filter(silent_since=None).update(heard_at=NOW + 6 * HOUR)

    event_recorded.connect(hear_the_rest)
    try:
        found = find_silences(now=NOW + 6 * HOUR)
    finally:
        event_recorded.disconnect(hear_the_rest)

    assert found == 1
    assert verbs() == ["source.silent"]


def test_a_source_that_is_heard_again_ends_its_silence(
    source: Source, manager_of_brand: User, clock: time_machine.Traveller
) -> None:
    usually(source, an_hour=40)
    find_silences(now=NOW + 6 * HOUR)
    not_yet = end_silences(now=NOW + 6 * HOUR)
    clock.shift(6 * HOUR)
    push(source, body_of(mention(1)))

    over = end_silences(now=NOW + 6 * HOUR)

    assert (not_yet, over, end_silences(now=NOW + 7 * HOUR)) == (0, 1, 0)
    assert (intake_of(source).silent_since, intake_of(source).usual_per_hour) == (None, None)
    assert verbs() == ["source.silent", "source.heard_again"]
    assert last_event().data["waits_on"] is None
    assert told()[-1] == (manager_of_brand, "The source X is heard again.")


def test_a_silent_source_that_recovers_from_a_bad_push_still_waits(source: Source) -> None:
    usually(source, an_hour=40)
    find_silences(now=NOW + 6 * HOUR)
    note_push(source, fault(), now=NOW + 6 * HOUR)

    note_push(source, None, now=NOW + 6 * HOUR)

    assert last_event().verb == "source.recovered"
    assert last_event().data["waits_on"]["role"] == "manager"


@pytest.mark.parametrize("state", ["failing", "paused"])
def test_of_a_source_that_fails_or_is_paused_people_know(source: Source, state: str) -> None:
    usually(source, an_hour=40)
    Intake.objects.update(state=state)

    assert find_silences(now=NOW + 6 * HOUR) == 0


def test_a_file_is_never_silent(source: Source) -> None:
    usually(source, an_hour=40)
    Source.objects.update(kind="file")

    assert find_silences(now=NOW + 6 * HOUR) == 0


def test_a_source_that_is_asked_seldom_may_be_quiet_longer(source: Source) -> None:
    usually(source, an_hour=400)
    Source.objects.update(kind="rss", interval_seconds=3600)

    assert find_silences(now=NOW + 2 * HOUR) == 0
    assert find_silences(now=NOW + 3 * HOUR) == 1


def test_a_source_that_was_paused_or_changed_is_measured_anew(source: Source) -> None:
    usually(source, an_hour=40)
    find_silences(now=NOW + 6 * HOUR)
    change: dict[str, Any] = {"actor": SYSTEM, "expected_version": None}

    change_source(source=source, is_active=False, now=NOW + 6 * HOUR, **change)
    paused = last_event()
    change_source(source=source, is_active=True, now=NOW + 8 * HOUR, **change)

    assert (paused.verb, paused.data["waits_on"]) == ("source.changed", None)
    assert intake_of(source).silent_since is None
    assert intake_of(source).state == "active"
    assert find_silences(now=NOW + 2 * DAY) == 0


def test_renewed_credentials_leave_the_measure_as_it_is(source: Source) -> None:
    usually(source, an_hour=40)
    find_silences(now=NOW + 6 * HOUR)

    change_source(
        source=source, name="X again", actor=SYSTEM, expected_version=None, now=NOW + 6 * HOUR
    )

    assert intake_of(source).silent_since == NOW
    assert "waits_on" not in last_event().data


def test_many_sources_are_looked_at_with_few_queries(
    source: Source, django_assert_max_num_queries: Any
) -> None:
    usually(source, an_hour=1)
    for one in SourceFactory.create_batch(30, brand=source.brand):
        Intake.objects.filter(pk=one.pk).update(heard_at=NOW, listening_since=NOW - 30 * DAY)

    with django_assert_max_num_queries(2):
        assert find_silences(now=NOW + HOUR) == 0


def test_the_sweep_does_all_of_it(source: Source, clock: time_machine.Traveller) -> None:
    for hour in range(1, 8 * 24):
        at = NOW.replace(minute=0) - hour * HOUR
        DeliveryFactory(source=source, accepted=40, created_at=at)
    Intake.objects.update(heard_at=NOW - HOUR)
    push(source, body_of(mention(1)), secret=new_webhook_secret())

    watch_sources()
    watch_sources()

    assert verbs() == ["source.silent"]
    assert intake_of(source).refused_times == 1
