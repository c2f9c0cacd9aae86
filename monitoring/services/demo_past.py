"""A crisis of some weeks ago, which the example brand has behind it: answered, measured, learnt of.

It is told by the same services as any other, each at the time at which it happened.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import Actor
from crisisapi.events.services.log import lock_chain
from incidents.models import Fact, Incident
from incidents.services.acknowledgements import acknowledge_incident
from incidents.services.facts import confirm_fact, state_fact
from incidents.services.goals import set_goal
from incidents.services.incidents import (
    close_incident,
    open_incident,
    start_learning,
    start_monitoring,
    start_recovery,
    start_response,
)
from incidents.services.lessons import accept_lesson, propose_lesson
from incidents.services.reviews import change_review, complete_review, draft_review
from messaging.models import Channel, Publication
from messaging.services.approvals import approve_message
from messaging.services.channels import add_channel
from messaging.services.key_messages import add_key_message
from messaging.services.messages import submit_message, write_message
from messaging.services.performing import due_parts, perform_part
from messaging.services.publications import publish_message, record_publication
from monitoring.models import QueryKind, Source
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.demo_talk import past_mentions, past_story
from monitoring.services.goals import measure_goal
from monitoring.services.grouping import group_next
from monitoring.services.narrating import refresh_next
from monitoring.services.queries import add_query
from monitoring.services.response_effects import MILESTONES, measure_milestone

AGO = timedelta(days=24)
_ANSWERED = 36.0
_DELIVERED_AT_ONCE = 200
_MINUTES_OF_ARRIVAL = 15


@dataclass(frozen=True)
class Past:
    """The brand, who played their parts then, and when it began."""

    brand: Brand
    source: Source
    manager: User
    responder: User
    approver: User
    began_at: datetime

    def at(self, hour: float) -> datetime:
        """Return when an hour of it was."""
        return self.began_at + timedelta(hours=hour)


@transaction.atomic
def tell_past_crisis(past: Past) -> Incident | None:
    """Tell the past crisis of the example brand, all or nothing; None when it was told before."""
    story = past_story()
    lock_chain(past.brand.pk)
    if Incident.objects.filter(brand=past.brand, title=_both(story["title"])).exists():
        return None
    incident = _open(past, story)
    publication = _answer(past, story, incident)
    _hear(past)
    while analyse_batch(now=past.at(_ANSWERED)):
        pass
    while group_next(now=past.at(_ANSWERED)):
        pass
    _look_back(past, story, incident, publication)
    return incident


def _both(text: dict[str, str], joint: str = " · ") -> str:
    return joint.join((text["en"], text["he"]))


def _by(person: User) -> Actor:
    return Actor("user", person.pk)


def _open(past: Past, story: dict[str, Any]) -> Incident:
    incident = open_incident(
        brand=past.brand,
        title=_both(story["title"]),
        summary=_both(story["summary"], "\n\n"),
        cause=_both(story["cause"]),
        kind="product_safety",
        legitimacy="concern",
        responsibility="accidental",
        severity=2,
        started_at=past.began_at,
        lead=past.responder,
        actor=_by(past.responder),
        now=past.at(3),
    )
    acknowledge_incident(
        incident=incident, actor=_by(past.responder), now=past.at(3.2), expected_version=None
    )
    add_query(
        brand=past.brand,
        incident=incident,
        kind=QueryKind.INCIDENT,
        actor=_by(past.responder),
        now=past.at(3.3),
        **story["query"],
    )
    return _move(start_response, incident, story, "respond", past, 3.5)


def _move(
    service: Callable[..., Incident],
    incident: Incident,
    story: dict[str, Any],
    move: str,
    past: Past,
    hour: float,
) -> Incident:
    return service(
        incident=incident,
        reason=_both(story["moves"][move]),
        actor=_by(past.responder),
        now=past.at(hour),
        expected_version=None,
    )


def _answer(past: Past, story: dict[str, Any], incident: Incident) -> Publication:
    """Find out what is true, say it, have it approved by somebody else, and post it."""
    facts = [_know(past, incident, told) for told in story["facts"]]
    key_message = add_key_message(
        incident=incident,
        texts=story["key_message"],
        facts=facts[:1],
        actor=_by(past.responder),
        now=past.at(34),
    )
    told = dict(story["message"])
    url = told.pop("url")
    message = write_message(
        incident=incident,
        body=told.pop("text"),
        facts=facts,
        key_messages=[key_message],
        actor=_by(past.responder),
        now=past.at(34.2),
        **told,
    )
    submit_message(
        message=message, actor=_by(past.responder), now=past.at(34.5), expected_version=None
    )
    message.refresh_from_db()
    approve_message(
        message=message,
        revision=message.revision,
        actor=_by(past.approver),
        now=past.at(35.5),
        expected_version=None,
    )
    publish_message(
        message=message,
        channels=[_channel(past, story)],
        actor=_by(past.approver),
        now=past.at(35.8),
        expected_version=None,
    )
    publication = Publication.objects.get(message=message)
    for part in due_parts(now=past.at(35.9), limit=1, channel_id=publication.channel_id):
        perform_part(part_id=part, clock=lambda: past.at(35.9))
    return record_publication(
        publication=publication,
        url=url,
        posted_at=past.at(_ANSWERED),
        actor=_by(past.responder),
        now=past.at(_ANSWERED + 0.1),
        expected_version=None,
    )


def _know(past: Past, incident: Incident, told: dict[str, str]) -> Fact:
    fact = state_fact(
        incident=incident,
        statement=_both(told),
        evidence=told["evidence"],
        actor=_by(past.responder),
        now=past.at(28),
    )
    return confirm_fact(
        fact=fact, reason="", actor=_by(past.approver), now=past.at(33.5), expected_version=None
    )


def _channel(past: Past, story: dict[str, Any]) -> Channel:
    found = Channel.objects.filter(brand=past.brand, name=story["channel"]["name"]).first()
    return found or add_channel(
        brand=past.brand, actor=_by(past.manager), now=past.at(3.6), **story["channel"]
    )


def _hear(past: Past) -> None:
    """Deliver what was said, as the listening tool brought it."""
    said = past_mentions(past.began_at, answered_at=past.at(_ANSWERED))
    for first in range(0, len(said), _DELIVERED_AT_ONCE):
        batch = said[first : first + _DELIVERED_AT_ONCE]
        receive_delivery(
            source=past.source,
            external_id=f"past-{first:04d}",
            body=json.dumps({"mentions": batch}, ensure_ascii=False).encode(),
            now=datetime.fromisoformat(batch[-1]["published_at"]),
        )


def _look_back(
    past: Past, story: dict[str, Any], incident: Incident, publication: Publication
) -> None:
    """Measure what the answer did, and learn of it until nothing is left to do."""
    _move(start_monitoring, incident, story, "monitor", past, _ANSWERED + 0.2)
    goal = set_goal(
        incident=incident,
        title=_both(story["goal"]),
        metric="mentions.negative_share",
        baseline=0.7,
        target=0.4,
        deadline=past.at(_ANSWERED + 120),
        actor=_by(past.responder),
        now=past.at(_ANSWERED + 0.5),
    )
    early, late = MILESTONES[:2], MILESTONES[2:]
    _measure(past, publication, early)
    while refresh_next(now=past.at(55)):
        pass
    measure_goal(goal=goal, now=past.at(58))
    _move(start_recovery, incident, story, "recover", past, 60)
    _measure(past, publication, late)
    _move(start_learning, incident, story, "learn", past, 110)
    _learn(past, story, incident)
    _move(close_incident, incident, story, "close", past, 132)


def _measure(past: Past, publication: Publication, milestones: Iterable[int]) -> None:
    for milestone in milestones:
        measured_at = past.at(_ANSWERED) + timedelta(minutes=milestone + _MINUTES_OF_ARRIVAL)
        measure_milestone(publication=publication, milestone=milestone, now=measured_at)


def _learn(past: Past, story: dict[str, Any], incident: Incident) -> None:
    words = {
        name: _both(story["lesson"][name], "\n\n") for name in ("observation", "recommendation")
    }
    lesson = propose_lesson(
        incident=incident,
        title=_both(story["lesson"]["title"]),
        owner=past.responder,
        actor=_by(past.responder),
        now=past.at(120),
        **words,
    )
    accept_lesson(lesson=lesson, actor=_by(past.approver), now=past.at(122), expected_version=None)
    review = draft_review(incident=incident, actor=_by(past.approver), now=past.at(128))
    said: Any = {name: _both(text, "\n\n") for name, text in story["review"].items()}
    change: Any = {"actor": _by(past.approver), "now": past.at(130), "expected_version": None}
    change_review(review=review, **change, **said)
    complete_review(review=review, **change)
