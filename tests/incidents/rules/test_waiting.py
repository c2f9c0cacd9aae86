"""Whom one waited on: made-up logs with a known answer, and what holds for every log."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.waiting import (
    DIMENSIONS,
    Party,
    Turn,
    Wait,
    critical_path,
    totals_of,
    union_of,
    waits_of,
)

START = datetime(2026, 6, 9, 8, tzinfo=UTC)
LEGAL, PR, ANA = Party(department="legal"), Party(department="pr"), Party(person="ana")
MESSAGE, TASK, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def turn(minute: int, thing: UUID, party: Party | None) -> Turn:
    return Turn(at(minute), "message", thing, party)


def wait(began: int, ended: int, party: Party = LEGAL, thing: UUID = MESSAGE) -> Wait:
    return Wait("message", thing, party, at(began), at(ended))


def spans(waits: list[Wait]) -> list[tuple[Party, int, int]]:
    return [(one.party, minutes(one.began_at), minutes(one.ended_at)) for one in waits]


def minutes(moment: datetime) -> int:
    return int((moment - START).total_seconds() // 60)


def path(waits: list[Wait], end: int) -> list[tuple[Party | None, int, int]]:
    legs = critical_path(waits, start=START, end=at(end))
    return [
        (leg.wait.party if leg.wait else None, minutes(leg.began_at), minutes(leg.ended_at))
        for leg in legs
    ]


def test_a_wait_lasts_until_it_is_passed_on_or_ended() -> None:
    turns = [turn(0, MESSAGE, PR), turn(10, MESSAGE, LEGAL), turn(40, MESSAGE, None)]

    assert spans(waits_of(turns, until=at(60))) == [(PR, 0, 10), (LEGAL, 10, 40)]


def test_what_nobody_ended_waits_still() -> None:
    (still,) = waits_of([turn(5, TASK, ANA)], until=at(60))

    assert (spans([still]), still.is_open) == ([(ANA, 5, 60)], True)


def test_saying_it_again_begins_nothing_new() -> None:
    turns = [turn(0, TASK, ANA), turn(20, TASK, ANA), turn(30, TASK, None)]

    assert spans(waits_of(turns, until=at(60))) == [(ANA, 0, 30)]


def test_nothing_counts_beyond_the_end() -> None:
    turns = [turn(0, TASK, ANA), turn(50, TASK, None), turn(50, OTHER, PR)]

    assert spans(waits_of(turns, until=at(40))) == [(ANA, 0, 40)]


def test_two_things_that_wait_on_one_department_count_once() -> None:
    waits = [wait(0, 30), wait(10, 20, thing=TASK), wait(25, 40, thing=OTHER), wait(50, 60)]

    assert totals_of(waits, "department") == {"legal": timedelta(minutes=50)}


def test_a_person_of_a_department_counts_for_both() -> None:
    waits = [wait(0, 10, Party(person="ana", department="legal")), wait(10, 15, ANA, TASK)]

    assert totals_of(waits, "person") == {"ana": timedelta(minutes=15)}
    assert totals_of(waits, "department") == {"legal": timedelta(minutes=10)}


def test_the_longest_wait_comes_first() -> None:
    waits = [wait(0, 10, PR), wait(0, 30, LEGAL, TASK)]

    assert list(totals_of(waits, "department")) == ["legal", "pr"]


def test_the_last_to_finish_held_it_up() -> None:
    # Legal and PR worked side by side; legal took longer, so PR's time did not matter.
    waits = [wait(0, 10, ANA), wait(10, 25, PR, TASK), wait(10, 50, LEGAL)]

    assert path(waits, 50) == [(ANA, 0, 10), (LEGAL, 10, 50)]


def test_where_nobody_was_waited_on_there_is_a_gap() -> None:
    waits = [wait(5, 10, ANA), wait(20, 30, LEGAL)]

    assert path(waits, 40) == [
        (None, 0, 5),
        (ANA, 5, 10),
        (None, 10, 20),
        (LEGAL, 20, 30),
        (None, 30, 40),
    ]


def test_what_outlasts_the_end_did_not_hold_it_up() -> None:
    waits = [wait(0, 90, ANA, TASK), wait(10, 30, LEGAL)]

    assert path(waits, 30) == [(None, 0, 10), (LEGAL, 10, 30)]


def test_of_those_that_finish_at_once_the_longest_counts() -> None:
    waits = [wait(20, 40, PR, TASK), wait(0, 40, LEGAL)]

    assert path(waits, 40) == [(LEGAL, 0, 40)]


def test_a_wait_that_began_before_the_start_counts_from_there() -> None:
    assert path([wait(-10, 10)], 10) == [(LEGAL, 0, 10)]


def test_without_waits_it_waited_on_nobody() -> None:
    assert path([], 20) == [(None, 0, 20)]
    assert path([], 0) == []


PARTIES = st.sampled_from([None, LEGAL, PR, ANA, Party(person="ana", department="pr")])
THINGS = st.sampled_from([MESSAGE, TASK, OTHER])
LOGS = st.lists(st.builds(turn, st.integers(0, 300), THINGS, PARTIES), max_size=30).map(
    lambda turns: sorted(turns, key=lambda one: one.at)
)


@given(LOGS, st.integers(1, 400))
def test_the_path_leads_from_start_to_end_without_a_gap(turns: list[Turn], end: int) -> None:
    legs = critical_path(waits_of(turns, until=at(400)), start=START, end=at(end))

    assert (legs[0].began_at, legs[-1].ended_at) == (START, at(end))
    assert all(one.ended_at == two.began_at for one, two in itertools.pairwise(legs))
    assert all(leg.ended_at > leg.began_at for leg in legs)
    assert sum((leg.ended_at - leg.began_at for leg in legs), timedelta()) == at(end) - START


@given(LOGS)
def test_nobody_is_waited_on_longer_than_time_went_by(turns: list[Turn]) -> None:
    waits = waits_of(turns, until=at(300))

    assert union_of(waits) <= timedelta(minutes=300)
    for dimension in DIMENSIONS:
        for total in totals_of(waits, dimension).values():
            assert timedelta() <= total <= union_of(waits)


@given(LOGS)
def test_a_total_is_the_minutes_in_which_somebody_waited(turns: list[Turn]) -> None:
    waits = waits_of(turns, until=at(300))
    waited = {
        minute for one in waits for minute in range(minutes(one.began_at), minutes(one.ended_at))
    }

    assert union_of(waits) == timedelta(minutes=len(waited))


@given(LOGS)
def test_a_thing_waits_on_one_party_at_a_time(turns: list[Turn]) -> None:
    waits = waits_of(turns, until=at(300))

    for thing in (MESSAGE, TASK, OTHER):
        own = [one for one in waits if one.thing_id == thing]
        assert all(one.ended_at <= two.began_at for one, two in itertools.pairwise(own))
