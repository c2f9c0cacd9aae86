"""The audience asks, and says what it wants to know too: for everybody, so nothing is believed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import DomainError, InvalidInput, Refusal
from crisisapi.events.services.log import lock_chain, record_event
from messaging.models import (
    QUESTION_LENGTH,
    TAKING_SESSIONS,
    LiveSession,
    PublicIncident,
    PublicPage,
    Question,
    QuestionOrigin,
    QuestionVote,
)
from messaging.rules.audience import flags_of, readable
from messaging.rules.mail_addresses import cleaned
from messaging.selectors.audience import joinable
from messaging.selectors.live_sessions import public_sessions
from messaging.services.audience_limits import (
    Caller,
    Limit,
    browser_key,
    keyed,
    network_key,
    take_turns,
)
from messaging.services.live_queue import add_to_queue
from messaging.services.question_steps import awaited
from messaging.services.voters import voter_of

LEAST_LETTERS = 5
NAME_LENGTH = 80
_HOUR, _DAY = timedelta(hours=1), timedelta(hours=24)
PER_NETWORK = (Limit(5, _HOUR), Limit(15, _DAY))
PER_CONTACT = (Limit(5, _DAY),)
# What one team can still look through; beyond it the page says to come back later.
PER_PAGE = (Limit(600, _HOUR),)
VOTES_PER_NETWORK = (Limit(60, _HOUR),)
# People of one household share a network, often a browser as well.
VOTES_PER_QUESTION = (Limit(4, _DAY),)


class NoQuestions(DomainError):
    """The page takes no questions."""

    code = "no_questions"
    detail = _("This page takes no questions.")


class NoSuchQuestion(DomainError):
    """There is no such question that others may join."""

    code = "not_found"
    refusal = Refusal.MISSING
    detail = _("There is no such question.")


@dataclass(frozen=True)
class Asked:
    """What somebody wrote; `about` is the id of a public incident, `session` of a live session."""

    text: str
    language: str
    name: str = ""
    contact: str = ""
    about: UUID | None = None
    session: UUID | None = None


@transaction.atomic
def ask_question(*, page: PublicPage, asked: Asked, caller: Caller, now: datetime) -> Question:
    """Take a question for a person to read; nothing of it is public before they said so.

    Refuses a page that takes none, too short and too long texts, an address that is none, and
    who asks too often (`TooFast`).
    """
    require_open(page)
    text, contact = _checked(asked)
    lock_chain(page.brand_id)
    _count(page, contact, caller, now)
    about = _about(page, asked.about)
    session = _session(page, asked.session, now)
    question = Question.objects.create(
        brand_id=page.brand_id,
        incident_id=about.incident_id if about else session.incident_id if session else None,
        text=text,
        language=asked.language if asked.language in page.languages else page.main_language,
        origin=QuestionOrigin.PAGE,
        asked_by=readable(asked.name, is_one_line=True)[:NAME_LENGTH],
        contact=contact,
        keeps_contact=bool(contact),
        flags=flags_of(text, page.blocked_words),
        created_at=now,
        updated_at=now,
    )
    if session is not None:
        add_to_queue(session, question, now=now)
    record_event(
        brand_id=page.brand_id,
        incident_id=question.incident_id,
        verb="question.asked",
        instance=question,
        actor=SYSTEM,
        now=now,
        data=_told(question, session),
    )
    return question


@transaction.atomic
def join_question(
    *, page: PublicPage, question_id: UUID, token: str, caller: Caller, now: datetime
) -> bool:
    """Say that somebody wants to know it too; False when this form said so already.

    Refuses a question that is not public, a form that is not ours, and who votes too often.
    """
    require_open(page)
    voter = voter_of(token)
    question = joinable(page).filter(pk=question_id).first()
    if question is None:
        raise NoSuchQuestion
    known = QuestionVote.objects.filter(question=question, voter_hash=voter)
    if known.exists():
        return False
    take_turns(
        {
            network_key(f"{page.pk}:join", caller, now): VOTES_PER_NETWORK,
            browser_key(f"{question.pk}:join", caller, now): VOTES_PER_QUESTION,
        },
        now=now,
    )
    vote = QuestionVote(question=question, voter_hash=voter, created_at=now)
    QuestionVote.objects.bulk_create([vote], ignore_conflicts=True)
    return True


def require_open(page: PublicPage) -> None:
    """Refuse a page that takes no questions."""
    if not (page.is_published and page.takes_questions):
        raise NoQuestions


def _checked(asked: Asked) -> tuple[str, str]:
    text = readable(asked.text)
    errors: dict[str, list[object]] = {}
    if sum(mark.isalpha() for mark in text) < LEAST_LETTERS:
        errors["text"] = [_("Write what you want to know.")]
    elif len(text) > QUESTION_LENGTH:
        errors["text"] = [_("Give at most %d characters.") % QUESTION_LENGTH]
    contact = cleaned(asked.contact) if asked.contact.strip() else ""
    if asked.contact.strip() and not contact:
        errors["contact"] = [_("Give an e-mail address, e.g. name@example.org.")]
    if errors:
        raise InvalidInput(errors=errors)
    return text, contact


def _count(page: PublicPage, contact: str, caller: Caller, now: datetime) -> None:
    limits = {
        network_key(f"{page.pk}:ask", caller, now): PER_NETWORK,
        keyed(f"{page.pk}:ask"): PER_PAGE,
    }
    if contact:
        limits[keyed(f"{page.pk}:contact:{contact.lower()}")] = PER_CONTACT
    take_turns(limits, now=now)


def _about(page: PublicPage, public_id: UUID | None) -> PublicIncident | None:
    """Return the public incident it is about; one that is gone makes the question a general one."""
    if public_id is None:
        return None
    rows = PublicIncident.objects.shown().filter(brand_id=page.brand_id)
    return rows.filter(pk=public_id).first()


def _session(page: PublicPage, session_id: UUID | None, now: datetime) -> LiveSession | None:
    """Return the session it is for; one that is over leaves a question like any other."""
    if session_id is None:
        return None
    rows = public_sessions(page, now=now).filter(status__in=TAKING_SESSIONS)
    return rows.filter(pk=session_id).first()


def _told(question: Question, session: LiveSession | None) -> dict[str, object]:
    told: dict[str, object] = {
        "origin": question.origin,
        "language": question.language,
        "flags": question.flags,
        "waits_on": awaited(question),
    }
    if session is not None:
        told["session"] = session.pk
    return told
