"""Live sessions, from the plan to the drafts of written answers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import LiveSession, PublicIncident, PublicPage, Question, QueuedQuestion
from messaging.selectors.live_sessions import public_sessions, queue_of, shown_queue
from messaging.services import live_answers, live_queue, live_sessions, live_turns
from messaging.services.decisions import FourEyes
from messaging.services.merging import move_messages
from messaging.services.steps import WrongStatus
from tests.factories.accounts import UserFactory
from tests.factories.audience import (
    AnnouncedSessionFactory,
    HeldSessionFactory,
    QueuedQuestionFactory,
)
from tests.factories.incidents import IncidentFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db
By = Callable[..., dict[str, Any]]
SOON, THEN = NOW + timedelta(hours=2), NOW + timedelta(hours=3)
PLANNED: dict[str, Any] = {
    "titles": {"he": "שואלים ועונים", "en": "We answer you"},
    "link": "https://live.example.org/k2",
    "starts_at": SOON,
    "ends_at": THEN,
}


@pytest.fixture
def plan(brand: Brand, page: PublicPage, responder: User) -> LiveSession:
    actor = Actor("user", responder.pk)
    return live_sessions.plan_session(
        brand=brand, actor=actor, now=NOW, hosts=[responder], **PLANNED
    )


@pytest.fixture
def held(page: PublicPage) -> LiveSession:
    return HeldSessionFactory(brand=page.brand, incident=None, starts_at=NOW)


@pytest.fixture
def first(held: LiveSession) -> Question:
    return QueuedQuestionFactory(session=held, question__text="First?").question


@pytest.fixture
def second(held: LiveSession) -> Question:
    return QueuedQuestionFactory(session=held, question__text="Second?").question


def states(session: LiveSession) -> list[tuple[str, str]]:
    queue = queue_of(session, Question.objects.all())
    return [(one.question.text, str(one.row.state)) for one in queue]


def test_a_plan_waits_on_an_approver_and_is_not_public(plan: LiveSession, page: PublicPage) -> None:
    waits = Event.objects.get(verb="livesession.planned").data["waits_on"]

    assert (plan.status, plan.titles, waits["role"]) == ("draft", {}, "approver")
    assert not public_sessions(page, now=NOW).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"titles": {"en": "Ask us"}}, "titles.he"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"recording_url": "http://x.example"}, "recording_url"),
        ({"ends_at": NOW}, "ends_at"),
        ({"ends_at": SOON}, "ends_at"),
        ({"ends_at": SOON + timedelta(hours=25)}, "ends_at"),
    ],
)
def test_what_cannot_be_announced_is_refused(
    brand: Brand, page: PublicPage, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        live_sessions.plan_session(brand=brand, actor=SYSTEM, now=NOW, **{**PLANNED, **wrong})

    assert field in refusal.value.errors


def test_hosts_are_members(brand: Brand, page: PublicPage) -> None:
    with pytest.raises(InvalidInput) as refusal:
        live_sessions.plan_session(
            brand=brand, actor=SYSTEM, now=NOW, hosts=[UserFactory()], **PLANNED
        )

    assert "hosts" in refusal.value.errors


def test_the_first_approval_announces_it(
    plan: LiveSession, page: PublicPage, by: By, approver: User
) -> None:
    said = live_sessions.approve_session(session=plan, revision=1, **by(approver))

    assert (said.status, said.link) == ("announced", PLANNED["link"])
    assert public_sessions(page, now=NOW).get() == plan


def test_nobody_announces_what_they_worded(plan: LiveSession, by: By, responder: User) -> None:
    with pytest.raises(FourEyes):
        live_sessions.approve_session(session=plan, revision=1, **by(responder))


def test_another_wording_than_the_one_read_is_not_announced(
    plan: LiveSession, by: By, responder: User, approver: User
) -> None:
    live_sessions.change_session(session=plan, link="https://other.example", **by(responder))

    with pytest.raises(StaleVersion):
        live_sessions.approve_session(session=plan, revision=1, **by(approver))


def test_another_link_is_shown_once_other_eyes_saw_it(
    plan: LiveSession, by: By, responder: User, approver: User
) -> None:
    live_sessions.approve_session(session=plan, revision=1, **by(approver))

    changed = live_sessions.change_session(
        session=plan, link="https://other.example", **by(responder)
    )
    before = changed.link
    said = live_sessions.approve_session(session=plan, revision=2, **by(approver))

    assert (before, said.link) == (PLANNED["link"], "https://other.example")
    assert said.titles == PLANNED["titles"]


def test_times_and_hosts_change_at_once(plan: LiveSession, by: By, responder: User) -> None:
    later = THEN + timedelta(hours=1)

    changed = live_sessions.change_session(session=plan, ends_at=later, hosts=[], **by(responder))

    assert (changed.ends_at, list(changed.hosts.all()), changed.revision) == (later, [], 1)


def test_a_change_of_nothing_leaves_no_trace(plan: LiveSession, by: By, responder: User) -> None:
    same = live_sessions.change_session(session=plan, hosts=[responder], **PLANNED, **by(responder))

    assert same.version == plan.version
    assert not Event.objects.filter(verb="livesession.changed").exists()


def test_it_cannot_be_live_before_it_was_announced(
    plan: LiveSession, by: By, responder: User
) -> None:
    with pytest.raises(WrongStatus):
        live_sessions.start_session(session=plan, **by(responder))


def test_the_end_settles_what_was_being_answered(
    held: LiveSession, first: Question, second: Question, by: By, responder: User
) -> None:
    live_queue.begin_answer(session=held, question=first, **by(responder))

    ended = live_sessions.end_session(session=held, **by(responder))

    assert ended.status == "ended"
    assert states(held) == [("Second?", "waiting"), ("First?", "answered")]


def test_what_was_said_becomes_drafts_and_nothing_more(
    held: LiveSession,
    incident: Incident,
    first: Question,
    second: Question,
    by: By,
    responder: User,
) -> None:
    live_queue.finish_answer(session=held, question=first, spoken="No.", **by(responder))
    live_queue.finish_answer(session=held, question=second, **by(responder))
    live_sessions.end_session(session=held, **by(responder))
    drafting: dict[str, Any] = {
        "session": held,
        "among": Question.objects.all(),
        "incident": incident,
        **by(responder),
    }

    live_answers.draft_answers(**drafting)
    live_answers.draft_answers(**drafting)

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.answer is not None
    assert (first.status, first.answer.body, first.answer.status) == ("answering", "No.", "draft")
    assert (first.answer.purpose, second.answer) == ("faq", None)


def test_drafts_need_an_incident(
    held: LiveSession, first: Question, by: By, responder: User
) -> None:
    live_queue.finish_answer(session=held, question=first, spoken="No.", **by(responder))
    live_sessions.end_session(session=held, **by(responder))

    with pytest.raises(InvalidInput) as refusal:
        live_answers.draft_answers(session=held, among=Question.objects.all(), **by(responder))

    assert "incident" in refusal.value.errors


@pytest.mark.parametrize(("status", "after"), [("live", "ended"), ("announced", "cancelled")])
def test_what_nobody_ended_or_started_is_over_in_the_end(
    held: LiveSession, status: str, after: str
) -> None:
    LiveSession.objects.update(status=status)
    late = held.ends_at + live_turns.GRACE
    assert live_turns.due_sessions(now=late - timedelta(seconds=1)) == []

    for session_id in live_turns.due_sessions(now=late) * 2:
        live_turns.turn_session(session_id=session_id, now=late)

    held.refresh_from_db()
    assert held.status == after
    assert Event.objects.filter(object_id=held.pk).count() == 1


def test_what_is_cancelled_is_told_until_its_time_is_over(
    plan: LiveSession, page: PublicPage, by: By, approver: User
) -> None:
    live_sessions.approve_session(session=plan, revision=1, **by(approver))

    live_sessions.cancel_session(session=plan, reason="She fell ill", **by(approver))

    assert public_sessions(page, now=NOW).exists()
    assert not public_sessions(page, now=THEN).exists()


def test_what_was_never_announced_is_cancelled_in_silence(
    plan: LiveSession, page: PublicPage, by: By, approver: User
) -> None:
    live_sessions.cancel_session(session=plan, reason="No time", **by(approver))

    assert not public_sessions(page, now=NOW).exists()


def test_what_is_put_away_is_on_the_page_no_more(
    held: LiveSession, page: PublicPage, by: By, approver: User
) -> None:
    live_sessions.end_session(session=held, **by(approver))

    live_sessions.archive_session(session=held, **by(approver))

    assert not public_sessions(page, now=NOW).exists()


def test_a_session_follows_its_incident_into_another(page: PublicPage, incident: Incident) -> None:
    session = AnnouncedSessionFactory(brand=page.brand, incident=incident)
    target = IncidentFactory(brand=page.brand)

    move_messages(from_incident=incident.pk, into=target.pk)

    session.refresh_from_db()
    assert session.incident == target


@pytest.mark.parametrize("change", [{"visibility": "restricted"}, {"mode": "drill"}])
def test_a_question_of_what_the_public_is_not_told_is_not_shown(
    held: LiveSession,
    page: PublicPage,
    public: PublicIncident,
    first: Question,
    change: dict[str, str],
) -> None:
    Question.objects.filter(pk=first.pk).update(is_public=True, incident=public.incident)
    before = len(shown_queue(held, page))

    Incident.objects.filter(pk=public.incident_id).update(**change)

    assert (before, shown_queue(held, page)) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_two_hosts_at_once_answer_one_question_at_a_time(page: PublicPage) -> None:
    session = HeldSessionFactory(brand=page.brand, incident=None, starts_at=NOW)
    rows = QueuedQuestionFactory.create_batch(4, session=session)

    def begin(row: QueuedQuestion) -> None:
        try:
            live_queue.begin_answer(
                session=session,
                question=row.question,
                actor=SYSTEM,
                now=NOW,
                expected_version=None,
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, rows))

    assert sorted(str(row.state) for row in session.queued.all()) == ["answered"] * 3 + [
        "answering"
    ]
