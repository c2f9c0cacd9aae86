"""Live sessions: planned, announced once other eyes approved the words, held, put away."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, Member, Role, User
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident
from incidents.services.standing import lock_standing
from messaging.models import TAKING_SESSIONS, LiveSession, LiveSessionStatus, PublicPage
from messaging.rules.recordings import is_address
from messaging.services.live_queue import settle_queue
from messaging.services.proposals import (
    APPROVED_FIELDS,
    PROPOSAL_FIELDS,
    checked_words,
    propose,
    require_words,
    take_over,
)
from messaging.services.public_pages import touch_page
from messaging.services.steps import WrongStatus, waits_on

TITLE_LENGTH, INTRO_LENGTH = 150, 3_000
MOST_HOSTS = 20
LONGEST = timedelta(hours=24)
_WORDED = ("titles", "intros", "link", "recording_url")
_ADDRESSES = ("link", "recording_url")
_AHEAD = (LiveSessionStatus.DRAFT, *TAKING_SESSIONS)


@transaction.atomic
def plan_session(
    *,
    brand: Brand,
    actor: Actor,
    now: datetime,
    starts_at: datetime,
    ends_at: datetime,
    incident: Incident | None = None,
    hosts: Sequence[User] = (),
    **words: Any,
) -> LiveSession:
    """Plan a session; nobody reads of it before somebody else approved its words.

    Refuses an incident of another brand, hosts who are no members, times that are over or out of
    order, and addresses that are none.
    """
    lock_chain(brand.pk)
    _check_incident(brand.pk, incident)
    _check_hosts(brand.pk, hosts)
    session = LiveSession(
        brand=brand,
        incident=incident,
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=now,
        updated_at=now,
    )
    _check_times(session, now)
    propose(session, _checked(session, words), actor)
    session.save(force_insert=True)
    session.hosts.set(hosts)
    _record(session, "livesession.planned", actor, now, **_waiting(session))
    return session


@transaction.atomic
def change_session(
    *,
    session: LiveSession,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    hosts: Sequence[User] | None = None,
    **fields: Any,
) -> LiveSession:
    """Change when it is and who answers at once; propose other words, shown once approved.

    Refuses another incident once it was announced, other times once it started, and any change
    of what was cancelled or put away.
    """
    locked = lock_for_change(session, expected_version=expected_version)
    _require(locked, *_AHEAD, LiveSessionStatus.ENDED)
    words = {name: fields.pop(name) for name in _WORDED if name in fields}
    changed = differing(locked, fields)
    _check_changes(locked, changed, now)
    is_new = bool(words) and propose(locked, _checked(locked, {**_present(locked), **words}), actor)
    are_others = hosts is not None and set(hosts) != set(locked.hosts.all())
    if not (changed or is_new or are_others):
        return locked
    if hosts is not None and are_others:
        _check_hosts(locked.brand_id, hosts)
        locked.hosts.set(hosts)
    save_change(locked, *changed, *PROPOSAL_FIELDS, now=now)
    fields_said = [*changed, "hosts"] if are_others else [*changed]
    told: dict[str, object] = {"fields": sorted(fields_said)}
    if is_new:
        told |= _waiting(locked)
    _record(locked, "livesession.changed", actor, now, **told)
    return locked


@transaction.atomic
def approve_session(
    *,
    session: LiveSession,
    revision: int,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> LiveSession:
    """Show the words that were read; the first approval announces the session.

    Refuses who proposed them, another revision, and announcing what is over.
    """
    locked = lock_for_change(session, expected_version=expected_version)
    _require(locked, *_AHEAD, LiveSessionStatus.ENDED)
    approved = take_over(locked, revision=revision, actor=actor, now=now)
    is_first = locked.status == LiveSessionStatus.DRAFT
    if is_first and locked.ends_at <= now:
        raise WrongStatus(_("Its time is over: give a later one."))
    for name, value in approved.items():
        setattr(locked, name, value)
    if is_first:
        locked.status = LiveSessionStatus.ANNOUNCED
    save_change(locked, "status", *APPROVED_FIELDS, *_WORDED, now=now)
    verb = "livesession.announced" if is_first else "livesession.approved"
    _record(locked, verb, actor, now, revision=revision, waits_on=None)
    return locked


@transaction.atomic
def start_session(
    *, session: LiveSession, actor: Actor, now: datetime, expected_version: int | None
) -> LiveSession:
    """Say that it is live; refuses what was not announced, or is live already."""
    locked = lock_for_change(session, expected_version=expected_version)
    _require(locked, LiveSessionStatus.ANNOUNCED)
    locked.status, locked.started_at = LiveSessionStatus.LIVE, now
    save_change(locked, "status", "started_at", now=now)
    _record(locked, "livesession.started", actor, now)
    return locked


@transaction.atomic
def end_session(
    *, session: LiveSession, actor: Actor, now: datetime, expected_version: int | None
) -> LiveSession:
    """Say that it is over: what was being answered is answered, what waits is answered in writing.

    Refuses what is not live.
    """
    locked = lock_for_change(session, expected_version=expected_version)
    _require(locked, LiveSessionStatus.LIVE)
    settle_queue(locked, actor=actor, now=now)
    locked.status, locked.ended_at = LiveSessionStatus.ENDED, now
    save_change(locked, "status", "ended_at", now=now)
    _record(locked, "livesession.ended", actor, now)
    return locked


@transaction.atomic
def cancel_session(
    *,
    session: LiveSession,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> LiveSession:
    """It does not take place; the page says so until its time, and the team why."""
    require_reason(reason)
    locked = lock_for_change(session, expected_version=expected_version)
    _require(locked, LiveSessionStatus.DRAFT, LiveSessionStatus.ANNOUNCED)
    locked.status, locked.status_reason = LiveSessionStatus.CANCELLED, reason
    locked.proposal = None
    save_change(locked, "status", "status_reason", "proposal", now=now)
    _record(locked, "livesession.cancelled", actor, now, reason=reason, waits_on=None)
    return locked


@transaction.atomic
def archive_session(
    *, session: LiveSession, actor: Actor, now: datetime, expected_version: int | None
) -> LiveSession:
    """Take what is over off the page; its questions and their answers stay."""
    locked = lock_for_change(session, expected_version=expected_version)
    _require(locked, LiveSessionStatus.ENDED, LiveSessionStatus.CANCELLED)
    locked.status, locked.proposal = LiveSessionStatus.ARCHIVED, None
    save_change(locked, "status", "proposal", now=now)
    _record(locked, "livesession.archived", actor, now, waits_on=None)
    return locked


def _require(session: LiveSession, *statuses: LiveSessionStatus) -> None:
    if session.status not in statuses:
        raise WrongStatus(
            _("This cannot be done with a session that is: %s.") % session.get_status_display()
        )


def _present(session: LiveSession) -> dict[str, Any]:
    return session.proposal or {name: getattr(session, name) for name in _WORDED}


def _checked(session: LiveSession, words: dict[str, Any]) -> dict[str, Any]:
    """Return the words as they are kept, addresses included: they are read before approval too."""
    titles = checked_words(words.get("titles", {}), longest=TITLE_LENGTH, field="titles")
    intros = checked_words(words.get("intros", {}), longest=INTRO_LENGTH, field="intros")
    page = PublicPage.objects.filter(brand_id=session.brand_id).first()
    require_words(titles, page.main_language if page else next(iter(titles), "he"), field="titles")
    addresses = {name: (words.get(name) or "").strip() for name in _ADDRESSES}
    for name, address in addresses.items():
        if address and not is_address(address):
            raise InvalidInput(errors={name: [_("Give an address that begins with https:.")]})
    return {"titles": titles, "intros": intros, **addresses}


def _check_changes(session: LiveSession, changed: dict[str, Any], now: datetime) -> None:
    if "incident" in changed:
        if session.status != LiveSessionStatus.DRAFT:
            sentence = _("It was announced as a session about something else.")
            raise InvalidInput(errors={"incident": [sentence]})
        _check_incident(session.brand_id, changed["incident"])
    for name, value in changed.items():
        setattr(session, name, value)
    if "starts_at" in changed:
        _require(session, LiveSessionStatus.DRAFT, LiveSessionStatus.ANNOUNCED)
    if "starts_at" in changed or "ends_at" in changed:
        _require(session, *_AHEAD)
        _check_times(session, now)


def _check_times(session: LiveSession, now: datetime) -> None:
    if session.ends_at <= now:
        raise InvalidInput(errors={"ends_at": [_("Give a time to come.")]})
    if not session.starts_at < session.ends_at <= session.starts_at + LONGEST:
        sentence = _("It ends after it starts, and within 24 hours.")
        raise InvalidInput(errors={"ends_at": [sentence]})


def _check_hosts(brand_id: UUID, hosts: Sequence[User]) -> None:
    if len(hosts) > MOST_HOSTS:
        raise InvalidInput(errors={"hosts": [_("Name at most %d people.") % MOST_HOSTS]})
    members = Member.objects.filter(brand_id=brand_id, user__in=hosts)
    if members.values("user").distinct().count() < len(set(hosts)):
        raise InvalidInput(errors={"hosts": [_("Name members of the brand.")]})


def _check_incident(brand_id: UUID, incident: Incident | None) -> None:
    if incident is None:
        return
    if incident.brand_id != brand_id:
        raise InvalidInput(errors={"incident": [_("The incident belongs to another brand.")]})
    lock_standing(incident)


def _waiting(session: LiveSession) -> dict[str, object]:
    return {"revision": session.revision, "waits_on": waits_on(role=Role.APPROVER)}


def _record(session: LiveSession, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    touch_page(brand_id=session.brand_id, now=now)
    record_event(
        brand_id=session.brand_id,
        incident_id=session.incident_id,
        verb=verb,
        instance=session,
        actor=actor,
        now=now,
        data=data,
    )
