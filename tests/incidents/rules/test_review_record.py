"""What the log says in short."""

from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.rules.review_record import (
    MOMENTS_LIMIT,
    Told,
    counts_of,
    messages_of,
    moments_of,
    statuses_of,
)

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _told(minute: int, verb: str, thing: str = "", **data: Any) -> Told:
    return Told(verb, START + timedelta(minutes=minute), "", thing, data)


def test_each_status_has_its_time_the_last_until_now() -> None:
    events = [
        _told(0, "incident.opened"),
        _told(10, "incident.changed", changed={}),
        _told(30, "incident.response_started", **{"from": "triage", "to": "responding"}),
        _told(90, "incident.reopened", **{"from": "closed", "to": "responding"}),
    ]

    found = statuses_of(events, now=START + timedelta(minutes=100))

    assert [(row["status"], row["seconds"]) for row in found] == [
        ("triage", 1_800),
        ("responding", 3_600),
        ("responding", 600),
    ]
    assert statuses_of([], now=START) == []


def test_only_the_lifecycle_makes_statuses() -> None:
    computed: dict[str, Any] = {"from": 2, "to": 1}
    events = [
        _told(0, "incident.opened"),
        _told(5, "incident.severity_computed", **computed),
        _told(10, "incident.response_started", **{"from": "triage", "to": "responding"}),
        _told(20, "incident.severity_computed", **computed),
        _told(30, "incident.merged", **{"from": "responding", "to": "merged"}),
    ]

    found = statuses_of(events, now=START + timedelta(minutes=30))

    assert [(row["status"], row["seconds"]) for row in found] == [
        ("triage", 600),
        ("responding", 1_200),
        ("merged", 0),
    ]


def test_an_approval_takes_from_the_last_submission() -> None:
    events = [
        _told(0, "incident.opened"),
        _told(1, "message.submitted", "a"),
        _told(5, "message.rejected", "a"),
        _told(10, "message.submitted", "a"),
        _told(12, "message.approved", "a"),
        _told(20, "message.submitted", "b"),
        _told(30, "message.approved", "b"),
        _told(31, "message.approved", "c"),
        _told(40, "publication.published", "p"),
    ]

    found = messages_of(events)

    assert found["approval_seconds"] == {"median": 360, "longest": 600}
    assert (found["submitted"], found["approved"], found["rejected"]) == (3, 3, 1)
    assert found["first_published_after_seconds"] == 2_400
    assert found["first_approved_after_seconds"] == 720


def test_without_messages_there_is_nothing_to_say() -> None:
    found = messages_of([_told(0, "incident.opened")])

    assert found["approval_seconds"] == {"median": None, "longest": None}
    assert found["first_published_after_seconds"] is None


def test_moments_are_few_and_turns_come_before_deeds() -> None:
    turns = [_told(n, "fact.confirmed", str(n)) for n in range(150)]
    deeds = [_told(n, "task.finished", str(n)) for n in range(150)]
    rest = [_told(n, "mention.seen", str(n)) for n in range(50)]

    found = moments_of([*turns, *deeds, *rest])

    assert len(found) == MOMENTS_LIMIT
    verbs = [moment["verb"] for moment in found]
    assert (verbs.count("fact.confirmed"), verbs.count("task.finished")) == (150, 50)
    assert [moment["at"] for moment in found] == sorted(moment["at"] for moment in found)
    deeds_kept = [m["object_id"] for m in found if m["verb"] == "task.finished"]
    assert deeds_kept[:1] + deeds_kept[-1:] == ["0", "149"]


def test_a_moment_says_little() -> None:
    [moment] = moments_of([_told(0, "fact.confirmed", statement="x" * 900, evidence="y", to="")])

    assert moment["said"] == {"statement": "x" * 300}


def test_verbs_are_counted_the_most_frequent_first() -> None:
    events = [_told(0, "a.b"), _told(1, "c.d"), _told(2, "c.d")]

    assert list(counts_of(events).items()) == [("c.d", 2), ("a.b", 1)]
