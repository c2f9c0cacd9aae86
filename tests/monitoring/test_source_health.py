"""The health of sources: pushed and asked, silent and heard again, refused, paused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import translation

from crisisapi.accounts.models import Brand, User
from messaging.rules.signing import new_webhook_secret
from monitoring.models import Intake, Source
from monitoring.rules.incoming import as_json
from monitoring.services.deliveries import receive_delivery
from monitoring.services.intakes import note_push
from monitoring.services.refusals import note_refusals
from tests.monitoring.faring import (
    DAY,
    HOUR,
    NOW,
    fault,
    intake_of,
    known_source,
    last_event,
    told,
    verbs,
    words,
)
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(brand: Brand) -> Source:
    return known_source(brand)


def test_a_push_that_cannot_be_read_degrades_and_the_next_good_one_recovers(
    source: Source, manager_of_brand: User
) -> None:
    push(source, b"{", message_id="bad")
    after_bad = intake_of(source).state

    push(source, body_of(mention(1)), message_id="good")

    assert (after_bad, intake_of(source).state) == ("degraded", "active")
    assert verbs() == ["source.degraded", "source.recovered"]
    assert told() == []


def test_three_unreadable_pushes_in_a_row_are_failing_and_wake_the_managers(
    source: Source, manager_of_brand: User
) -> None:
    for number in range(3):
        push(source, b"{", message_id=f"bad-{number}")

    failing = last_event()
    push(source, body_of(mention(1)), message_id="good")

    assert (failing.verb, failing.data["waits_on"]["role"]) == ("source.failing", "manager")
    assert (last_event().verb, last_event().data["waits_on"]) == ("source.recovered", None)
    assert [person for person, _text in told()] == [manager_of_brand, manager_of_brand]
    assert told()[0][1].startswith("The source X is not heard: ")
    assert told()[1][1] == "The source X is heard again."


def test_trouble_that_comes_and_goes_is_told_once_until_it_is_read(
    source: Source, manager_of_brand: User
) -> None:
    for _ in range(2):
        for _ in range(3):
            note_push(source, fault(), now=NOW)
        note_push(source, None, now=NOW)

    assert verbs().count("source.failing") == 2
    assert [text for _person, text in told()] == [
        "The source X is not heard: The body is no JSON.",
        "The source X is heard again.",
    ]


def test_what_is_failing_stays_so_until_it_is_heard(source: Source) -> None:
    Intake.objects.update(state="failing", failures=1)

    note_push(source, fault(), now=NOW)

    assert intake_of(source).state == "failing"


def test_a_push_of_something_new_says_how_late_it_came(source: Source, clock: Any) -> None:
    push(source, body_of(mention(1, published_at="2026-03-04T09:20:00Z")))

    intake = intake_of(source)
    assert (intake.heard_at, intake.lag_seconds) == (NOW, 600)
    assert intake.newest_at == NOW - timedelta(minutes=10)


def test_what_is_found_late_is_heard_and_says_nothing_of_the_lag(
    source: Source, clock: time_machine.Traveller
) -> None:
    push(source, body_of(mention(1, published_at="2026-03-04T09:29:00Z")), message_id="a")
    clock.shift(60)

    push(source, body_of(mention(2, published_at="2020-01-01T00:00:00Z")), message_id="b")

    intake = intake_of(source)
    assert (intake.heard_at, intake.lag_seconds) == (NOW + timedelta(seconds=60), 60)
    assert intake.newest_at == NOW - timedelta(minutes=1)


def test_the_same_mentions_in_another_delivery_are_not_heard(
    source: Source, clock: time_machine.Traveller
) -> None:
    push(source, body_of(mention(1)), message_id="a")
    clock.shift(600)

    push(source, body_of(mention(1)), message_id="b")

    assert intake_of(source).heard_at == NOW
    assert intake_of(source).succeeded_at == NOW + timedelta(seconds=600)


def test_a_mention_soon_after_a_push_without_one_is_noted(
    source: Source, clock: time_machine.Traveller
) -> None:
    push(source, body_of(), message_id="empty")
    clock.shift(5)

    push(source, body_of(mention(1)), message_id="a")

    assert intake_of(source).heard_at == NOW + timedelta(seconds=5)


def test_a_mention_of_tomorrow_is_as_new_as_now(source: Source, clock: Any) -> None:
    push(source, body_of(mention(1, published_at="2026-03-05T08:00:00Z")))

    assert (intake_of(source).newest_at, intake_of(source).lag_seconds) == (NOW, 0)


def test_pushes_signed_with_another_secret_are_counted_and_change_no_state(
    source: Source, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        push(source, body_of(mention(1)), secret=new_webhook_secret())
        clock.shift(60)
    before = intake_of(source).refused_times

    note_refusals()

    intake = intake_of(source)
    assert (before, intake.refused_times, intake.refused_code) == (0, 3, "signature_invalid")
    assert (intake.refused_since, intake.refused_at) == (NOW, NOW + timedelta(minutes=2))
    assert (intake.state, intake.failures, verbs()) == ("active", 0, [])
    assert words(source)[-1] == (
        "Somebody signs with another secret: 3 times since 11:30."  # in Jerusalem
    )


def test_refusals_add_up_until_a_day_without_one(
    source: Source, clock: time_machine.Traveller
) -> None:
    times = []
    for wait in (HOUR, 25 * HOUR, HOUR):
        push(source, body_of(mention(1)), secret=new_webhook_secret())
        note_refusals()
        times.append(intake_of(source).refused_times)
        clock.shift(wait)

    assert times == [1, 2, 1]
    assert len(words(source, NOW + 27 * HOUR)) == 2
    assert len(words(source, NOW + 60 * HOUR)) == 1


def test_what_is_pushed_to_nobody_is_not_counted(source: Source) -> None:
    unknown = Source(pk="01900000-0000-7000-8000-000000000000", secret=source.secret)
    push(unknown, body_of(mention(1)))

    assert note_refusals() == 0


def test_refusals_while_redis_is_away_are_refused_all_the_same(
    source: Source, settings: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = push(source, body_of(mention(1)), secret=new_webhook_secret())

    assert response.status_code == 401
    assert note_refusals() == 0


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"succeeded_at": None}, "It has not been heard so far."),
        ({}, "Heard, the last time at 10:00."),
        ({"succeeded_at": NOW - 2 * DAY}, "Heard, the last time at 2 March, 11:30."),
        ({"state": "paused"}, "Paused: it takes nothing."),
        ({"state": "degraded"}, "Not all of it is heard since 11:00: Wait."),
        ({"state": "failing"}, "Not heard since 10:00: Wait."),
        ({"state": "failing", "succeeded_at": None}, "It was never heard: Wait."),
    ],
)
def test_how_it_is_heard_is_said_in_words(
    source: Source, fields: dict[str, Any], told: str
) -> None:
    half = timedelta(minutes=30)
    known = {"succeeded_at": NOW - 3 * half, "error_at": NOW - half, "error_detail": "Wait."}
    Intake.objects.update(**known | fields)

    with translation.override("en"):
        assert words(source) == [told]


def test_a_delivery_read_at_once_knows_how_new_it_is(source: Source) -> None:
    body = as_json([mention(1), mention(2, published_at="2026-03-04T09:25:00Z")])

    delivery, _again = receive_delivery(source=source, external_id="a", body=body, now=NOW)

    assert delivery.newest_at == datetime(2026, 3, 4, 9, 25, tzinfo=UTC)
